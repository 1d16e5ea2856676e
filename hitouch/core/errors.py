"""Refusals: exceptions of services when a business rule forbids something."""

from collections.abc import Mapping


class Refusal(Exception):
    """A business rule forbids the action.

    Raise a named subclass, never this class. `str(refusal)` is a sentence for people,
    `refusal.code` a stable word for programs. `field` names the input that is wrong, if any;
    `status` is the HTTP status of the API's response; `members` are additional members of the
    problem document.
    """

    code = "refused"
    message = "This is not possible right now."
    status = 409
    field = ""
    members: Mapping[str, object] = {}

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)


class ReasonRequired(Refusal):
    """A decision about another person needs a written reason."""

    status = 422

    def __init__(self, message: str, *, code: str, field: str) -> None:
        self.code, self.field = code, field
        super().__init__(message)
