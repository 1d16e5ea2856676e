"""A rule for passwords that Django does not bring."""

from django.core.exceptions import ValidationError

from accounts.models import User

WORDS = ("hitouch", "password", "welcome")


class NotOurName:
    """Refuses a password that is little more than a word everybody would try here first."""

    LEAST_BESIDE = 6

    def validate(self, password: str, user: User | None = None) -> None:
        """Without such words there must be a password left."""
        rest = password.lower()
        for word in WORDS:
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < self.LEAST_BESIDE:
            sentence = "This password is one of the first that anybody would try here."
            raise ValidationError(sentence, code="password_our_name")

    def get_help_text(self) -> str:
        """What the form says about it."""
        return "Do not build it from our name."
