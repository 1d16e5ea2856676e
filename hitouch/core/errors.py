"""How a rule of the business says no."""

from collections.abc import Mapping


class Refusal(Exception):
    """A rule of the business said no.

    Raise a named subclass, never this class. `str(refusal)` is a sentence for the person
    who asked; `refusal.code` is a word for the program that asked. `field` names the input
    it is about, when it is about one; `status` is the HTTP status the API answers with; `members`
    are what a program can go on with, beside the sentence.
    """

    code = "refused"
    message = "This is not possible right now."
    status = 409
    field = ""
    members: Mapping[str, str] = {}

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)


class ReasonRequired(Refusal):
    """A decision about somebody else's thing needs its reason in words."""

    status = 422

    def __init__(self, message: str, *, code: str, field: str) -> None:
        self.code, self.field = code, field
        super().__init__(message)
