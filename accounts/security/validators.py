"""A rule for passwords that Django does not bring, and how long they have to be."""

from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
)
from django.core.exceptions import ValidationError

from accounts.models import User

WORDS = ("hitouch", "password", "welcome")


class SiteWordValidator:
    """Refuses a password that is little more than a word everybody would try here first."""

    LEAST_BESIDE = 6

    def validate(self, password: str, user: User | None = None) -> None:
        """Without such words there must be a password left."""
        rest = password.lower()
        for word in WORDS:
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < self.LEAST_BESIDE:
            sentence = "This password is too easy to guess. Don't base it on our name."
            raise ValidationError(sentence, code="password_our_name")

    def get_help_text(self) -> str:
        """What the form says about it."""
        return "Don't use our name in it."


def min_length() -> int:
    """How many characters a new password needs, as the validators say."""
    rules = get_default_password_validators()
    return max(rule.min_length for rule in rules if isinstance(rule, MinimumLengthValidator))
