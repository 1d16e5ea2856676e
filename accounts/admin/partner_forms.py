"""What staff type to make, renew and revoke programs of partners."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import scopes
from accounts.forms import ContactField
from accounts.models import User

MONTH = timedelta(days=30)


def _in_a_month() -> Any:
    return timezone.localdate() + MONTH


def _sentences() -> list[tuple[str, str]]:
    return [(name, f"{name}: {says}") for name, says in scopes.all_scopes().items()]


def _end_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class EndForm(forms.Form):
    """Until when a secret is good."""

    expires_at = forms.DateField(
        label="Expires on",
        initial=_in_a_month,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Valid to the end of this day, for a year at most. Shorter is safer.",
    )

    def clean_expires_at(self) -> datetime:
        """The last second of the day."""
        return _end_of(self.cleaned_data["expires_at"])


class ProgramForm(EndForm):
    """For whom a program acts, and how far."""

    field_order = ("owner", "name", "scopes", "expires_at")
    owner = ContactField(
        label="Acts on behalf of",
        help_text="Full email address or mobile number of an agent or client member. Not staff.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(max_length=30, help_text="Shown to the person when we notify them.")
    scopes = forms.MultipleChoiceField(
        choices=_sentences,
        label="Scopes",
        widget=forms.CheckboxSelectMultiple,
        help_text="Select only what is needed. Never more than the person's own permissions.",
    )

    def clean_owner(self) -> User:
        """The one person with this contact."""
        owner = User.objects.with_contact(self.cleaned_data["owner"]).first()
        if owner is None:
            raise ValidationError("No account has this contact.", code="unknown_contact")
        return owner


class ReasonActionForm(ActionForm):
    """The reason stands beside the action."""

    why = forms.CharField(required=False, max_length=200, label="Reason (for revoking)")


class RenewForm(ReasonActionForm):
    """And the end of a new secret."""

    expires_at = forms.DateField(
        required=False,
        initial=_in_a_month,
        widget=forms.DateInput(attrs={"type": "date"}),
        label="Expires on (for a new secret)",
    )
