"""Forms of a running assessment: an answer, a batch of the journal, and the section to finish."""

from django import forms

from accounts.models import Agent
from proctoring.delivery.entries import MAX_VALUE_CHARS
from proctoring.models import MonitoringDemand


class AnswerForm(forms.Form):
    """An answer, as it was typed. `seen` is the entry that it replaces, if that is known."""

    value = forms.CharField(max_length=MAX_VALUE_CHARS, required=False, strip=False)
    seen = forms.UUIDField(required=False)


class FragmentForm(forms.Form):
    """Whether to send the section alone, which the page's scripts put into the page."""

    fragment = forms.CharField(required=False)


class DeviceForm(forms.Form):
    """The device that sends its journal."""

    device = forms.UUIDField()


class ConfirmForm(forms.Form):
    """Whether to hand in although questions have no answer."""

    confirm = forms.BooleanField(required=False)


class SectionForm(forms.Form):
    """The section to finish. With `confirm` false, it is refused while answers are missing."""

    position = forms.IntegerField(min_value=1, max_value=100)
    confirm = forms.NullBooleanField(required=False)


class AccommodationForm(forms.Form):
    """More time, breaks and lifted demands for an agent, and why."""

    agent = forms.ModelChoiceField(
        Agent.objects.all(),
        widget=forms.TextInput,
        help_text="The ID at the end of the address of the agent's page.",
        error_messages={"invalid_choice": "There is no agent with this ID."},
    )
    extra_percent = forms.IntegerField(
        min_value=0, max_value=200, required=False, label="More time (%)"
    )
    break_minutes = forms.IntegerField(
        min_value=0, max_value=120, required=False, label="Breaks (minutes)"
    )
    waives = forms.MultipleChoiceField(
        choices=MonitoringDemand.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Lifted demands",
    )
    reason = forms.CharField(max_length=300)
    valid_from = forms.DateField(label="First day")
    until = forms.DateField(required=False, label="Last day")

    def clean_extra_percent(self) -> int:
        return self.cleaned_data["extra_percent"] or 0

    def clean_break_minutes(self) -> int:
        return self.cleaned_data["break_minutes"] or 0


class RescueForm(forms.Form):
    """The file of saved answers that was downloaded from the assessment's page."""

    file = forms.FileField(label="File of saved answers")


class RescueDecisionForm(forms.Form):
    """Why a rescue file is admitted or refused."""

    reason = forms.CharField(max_length=300)
