"""Forms of a running assessment: an answer, a batch of the journal, and the section to finish."""

from django import forms

from proctoring.delivery.entries import MAX_VALUE_CHARS


class AnswerForm(forms.Form):
    """An answer, as it was typed. `seen` is the entry that it replaces, if that is known."""

    value = forms.CharField(max_length=MAX_VALUE_CHARS, required=False, strip=False)
    seen = forms.UUIDField(required=False)


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
