"""Refusals of disputes."""

from hitouch.core.errors import Refusal


class DisputeClosed(Refusal):
    """The dispute has ended."""

    code = "dispute_closed"
    message = "This dispute has ended."


class DisputedAlready(Refusal):
    """There is a live dispute about the same thing."""

    code = "disputed_already"
    message = "There is already an open dispute about this."


class DisputedBefore(Refusal):
    """This side had a dispute about the same thing, and it was resolved."""

    code = "disputed_before"
    message = "You have disputed this before, and it was resolved. The result stands."


class TooManyDisputes(Refusal):
    """The side has as many live disputes as one may have."""

    code = "too_many_disputes"
    message = "You have too many open disputes. Close one of them first."


class WrongSide(Refusal):
    """Only the other side can do this."""

    code = "wrong_side"
    message = "The other side has to do this."
    status = 403


class NotAnsweredYet(Refusal):
    """The other side has not answered."""

    code = "not_answered_yet"
    message = "Wait for the answer of the other side."


class AnsweredAlready(Refusal):
    """The dispute was answered."""

    code = "answered_already"
    message = "This dispute has been answered already."


class TooManyMessages(Refusal):
    """The side has written as much as it may in a day."""

    code = "too_many_messages"
    message = "You have sent many messages today. Send the next one tomorrow."


class AnswerFirst(Refusal):
    """The side has not answered the dispute."""

    code = "answer_first"
    message = "Answer the dispute first: agree, or say why you do not."


class EmptyText(Refusal):
    """There is no text."""

    code = "text_missing"
    message = "Enter a few words, so that the other side understands."
    status = 422

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__()
