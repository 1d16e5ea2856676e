"""Forms of notices: filters, channels of a category, quiet hours and the hour of the summary."""

from typing import Any

from django import forms

from accounts.models import NoticeCategory, NoticePreference, NoticeSettings
from accounts.notices.preferences import Times
from accounts.notices.queries import CategoryChoice
from hitouch.core.api.query import QueryForm

HOURS = [(hour, f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}") for hour in range(24)]


class NoticeFilterForm(QueryForm):
    """Which notices to list."""

    category = forms.ChoiceField(
        label="About",
        required=False,
        choices=[("", "Everything"), *NoticeCategory.choices],
    )
    unread = forms.BooleanField(label="Only unread", required=False)


class NoticeTimesForm(forms.Form):
    """Quiet hours and the hour of the daily summary, in India's time."""

    has_quiet_hours = forms.BooleanField(
        label="Quiet hours",
        required=False,
        widget=forms.CheckboxInput({"role": "switch"}),
        help_text="Mails and text messages wait until they end, unless they are urgent.",
    )
    quiet_from = forms.TimeField(
        label="From", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label="Until", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    digest_hour = forms.TypedChoiceField(
        label="Daily summary at",
        choices=HOURS,
        coerce=int,
        help_text="For what you collect into one mail a day.",
    )

    def times(self) -> Times:
        """What the service takes; the form is valid."""
        return Times(**{name: self.cleaned_data[name] for name in NoticeTimesForm.base_fields})


class NoticeChoiceForm(forms.Form):
    """How to get the notices of one category."""

    mail = forms.ChoiceField(choices=NoticePreference.Mail.choices)
    sms = forms.BooleanField(required=False, help_text="Also by SMS.")


def times_initial(times: NoticeSettings) -> dict[str, Any]:
    """The values of the form for saved settings."""
    return {name: getattr(times, name) for name in NoticeTimesForm.base_fields}


class NoticePreferencesForm(NoticeTimesForm):
    """The page: the channels of each category, and the times."""

    def __init__(self, *args: Any, choices: list[CategoryChoice], phone: str, **options: Any):
        super().__init__(*args, **options)
        self.choices = [choice for choice in choices if not choice.is_mandatory]
        self.phone = phone
        for choice in self.choices:
            label = choice.category.label
            self.fields[f"mail_{choice.category}"] = forms.ChoiceField(
                label="Mail",
                choices=NoticePreference.Mail.choices,
                initial=choice.mail,
                widget=forms.Select({"aria-label": f"Mail: {label}"}),
            )
            if self._offers_sms(choice):
                self.fields[f"sms_{choice.category}"] = forms.BooleanField(
                    label="Text messages",
                    required=False,
                    initial=choice.sms,
                    widget=forms.CheckboxInput(
                        {"role": "switch", "aria-label": f"Text messages: {label}"}
                    ),
                )

    def _offers_sms(self, choice: CategoryChoice) -> bool:
        return bool(self.phone and choice.has_sms)

    @property
    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField | None]]:
        """For each category its name, the choice of mails, and the switch for SMS if any."""
        return [
            (
                choice.category.label,
                self[f"mail_{choice.category}"],
                self[f"sms_{choice.category}"] if self._offers_sms(choice) else None,
            )
            for choice in self.choices
        ]

    @property
    def time_fields(self) -> list[forms.BoundField]:
        """The fields that belong to no category."""
        return [self[name] for name in NoticeTimesForm.base_fields]

    def chosen(self) -> list[tuple[NoticeCategory, str, bool]]:
        """Category, mail and SMS of each row; where no switch was shown, SMS stay as they are."""
        return [
            (
                choice.category,
                self.cleaned_data[f"mail_{choice.category}"],
                self.cleaned_data.get(f"sms_{choice.category}", choice.sms),
            )
            for choice in self.choices
        ]
