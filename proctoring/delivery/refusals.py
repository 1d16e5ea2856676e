"""Why a running sitting refuses something."""

from collections.abc import Mapping, Sequence

from hitouch.core.errors import Refusal
from proctoring.models.answers import MAX_ANSWER_CHARS


class BankTooSmall(Refusal):
    """The question bank has too few active questions for a section."""

    code = "bank_too_small"
    message = (
        "This assessment is not available right now. We have been informed. Try again tomorrow."
    )


class ChecksOutstanding(Refusal):
    """Checks before the assessment did not pass, or passed too long ago."""

    code = "checks_outstanding"
    message = (
        "Some checks were passed more than 15 minutes ago. Repeat them, then start the assessment."
    )

    def __init__(self, outstanding: Sequence[str]) -> None:
        super().__init__()
        self.members: Mapping[str, object] = {"checks": list(outstanding)}


class SittingNotStarted(Refusal):
    """The sitting is still being set up."""

    code = "not_started"
    message = "This assessment has not started yet. Start it first."


class SittingOver(Refusal):
    """The sitting is not in progress any more."""

    code = "sitting_over"
    message = "This assessment is over. Answers saved before it ended will be graded."


class SittingPaused(Refusal):
    """The sitting is paused: its clock stands, and nothing is taken until it goes on."""

    code = "paused"
    message = (
        "This assessment is paused, and the clock stands still. Answers on your computer stay "
        "there and are saved when it goes on."
    )


class SittingNotPaused(Refusal):
    """Only a paused sitting can be resumed."""

    code = "not_paused"
    message = "This assessment is not paused."


class SectionClosed(Refusal):
    """The section of the answer is not open."""

    code = "section_closed"
    message = "This section is closed. Answers saved before it closed will be graded."


class SectionNotOpened(Refusal):
    """The section of the answer comes later."""

    code = "section_not_opened"
    message = "This section is not open yet. Finish the sections before it first."


class LastSection(Refusal):
    """No section follows: the sitting has to be submitted."""

    code = "last_section"
    message = "This is the last section. Submit the assessment instead."


class AnswersMissing(Refusal):
    """Questions have no answer, and the agent has not said that this is meant so."""

    code = "answers_missing"
    field = "confirm"

    def __init__(self, positions: Sequence[int], *, sections: int = 0) -> None:
        self.positions = list(positions)
        self.members: Mapping[str, object] = {"missing": self.positions}
        parts = []
        if positions:
            verb = "question has" if len(positions) == 1 else "questions have"
            parts.append(f"{len(positions)} {verb} no answer: {', '.join(map(str, positions))}.")
        if sections:
            verb = "section was" if sections == 1 else "sections were"
            parts.append(f"{sections} {verb} not opened.")
        super().__init__(" ".join([*parts, "Confirm to continue without them."]))


class NotAnOption(Refusal):
    """The answer is not one of the options."""

    code = "not_an_option"
    message = "Select one of the options."
    field = "value"
    status = 422


class AnswerTooLong(Refusal):
    """The answer is longer than any that can be graded."""

    code = "answer_too_long"
    message = f"This answer is too long. At most {MAX_ANSWER_CHARS:,} characters are kept."
    field = "value"
    status = 422


class AnswerUnreadable(Refusal):
    """The text has characters that no database keeps: NUL, or half of a surrogate pair."""

    code = "answer_unreadable"
    message = "This answer contains characters that cannot be stored. Remove them and try again."
    field = "value"
    status = 422


class AnswerIsSpoken(Refusal):
    """The question is answered by speaking."""

    code = "answer_is_spoken"
    message = "Record your answer to this question. Text is not accepted."
    field = "value"
    status = 422


class UnknownQuestion(Refusal):
    """The question is not one of this sitting."""

    code = "unknown_question"
    message = "This question does not belong to this assessment."
    field = "question"
    status = 422


class EntryUnreadable(Refusal):
    """A field of the entry is missing or has the wrong type."""

    code = "entry_unreadable"
    message = "This entry cannot be read."
    status = 422


class ChainBroken(Refusal):
    """The entry does not follow the device's last stored entry."""

    code = "chain_broken"
    message = "This entry does not follow the last stored entry of this device. Send it again."


class HashWrong(Refusal):
    """The hash is not the hash of the entry."""

    code = "hash_wrong"
    message = "The hash of this entry does not fit its content. Send it again."


class JournalFull(Refusal):
    """The sitting has more entries than any person writes."""

    code = "journal_full"
    message = "Too many changes were saved in this assessment. Contact support."
    status = 429


class BatchTooLong(Refusal):
    """The batch has more entries than allowed."""

    code = "too_many_entries"
    message = "Send at most 100 entries at a time."
    status = 413
