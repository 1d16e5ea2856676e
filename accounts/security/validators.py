"""Password validation: no passwords built on the site's name, and the minimum length."""

from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
)
from django.core.exceptions import ValidationError

from accounts.models import User

SITE_WORDS = ("hitouch", "password", "welcome")


class SiteWordValidator:
    """Refuses passwords that are little more than the site's name or another obvious word."""

    MIN_REMAINING = 6

    def validate(self, password: str, user: User | None = None) -> None:
        """What remains without these words has to be long enough."""
        rest = password.lower()
        for word in SITE_WORDS:
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < self.MIN_REMAINING:
            sentence = "This password is too easy to guess. Don't base it on our name."
            raise ValidationError(sentence, code="password_our_name")

    def get_help_text(self) -> str:
        """The hint beside the field."""
        return "Don't use our name in it."


def min_length() -> int:
    """The minimum length of a password, from the configured validators."""
    rules = get_default_password_validators()
    return max(rule.min_length for rule in rules if isinstance(rule, MinimumLengthValidator))
