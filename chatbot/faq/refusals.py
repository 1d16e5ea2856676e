"""Refusals of the FAQ's services."""

from collections.abc import Sequence

from hitouch.core.errors import Refusal


class DraftOnly(Refusal):
    """The version is published or replaced."""

    code = "version_published"
    message = "This version is published and can no longer change. Begin a new draft."


class NoPublishedVersion(Refusal):
    """The entry is not shown to anybody."""

    code = "not_published"
    message = "This answer is not published."


class EnglishMissing(Refusal):
    """English is shown where another language is missing, so each version has it."""

    code = "english_missing"
    status = 422
    field = "question"
    message = "Write the question and the answer in English first."


class TextsBroken(Refusal):
    """A text names a slot without a value, or a page that does not exist."""

    code = "texts_broken"
    status = 422
    field = "answer"

    def __init__(self, faults: Sequence[str]) -> None:
        self.members = {"faults": list(faults)}
        super().__init__(" ".join(faults))


class PrecisionFalls(Refusal):
    """With this version more messages would get a wrong answer."""

    code = "precision_falls"

    def __init__(self, before: float, after: float) -> None:
        self.members = {"precision_before": before, "precision_after": after}
        super().__init__(
            f"With this version {after:.0%} of the answers would be right, now {before:.0%} are. "
            "See what it shadows, and change its question or phrasings."
        )


class VersionChanged(Refusal):
    """Somebody changed the draft while it was examined."""

    code = "version_changed"
    message = "The draft or the published version changed meanwhile. Look at it and try again."


class PhrasingTaken(Refusal):
    """An entry has the phrasing already."""

    code = "phrasing_taken"
    field = "text"

    def __init__(self, key: str) -> None:
        super().__init__(f"“{key}” is asked in these words already.")


class EntryKeyTaken(Refusal):
    """Another entry has the key."""

    code = "key_taken"
    field = "key"
    message = "Another answer has this key."


class PhrasingUsed(Refusal):
    """The question of a published text is a phrasing as long as it is published."""

    code = "phrasing_used"
    message = "This is the question of the published answer. Publish another question instead."


class TextInvalid(Refusal):
    """A text is empty or too long."""

    code = "text_invalid"
    status = 422

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)
