"""Forms of the steps before an assessment: consent, checks, identity photo."""

from dataclasses import fields

from django import forms

from proctoring.setup.system_requirements import SystemFacts


class ConsentForm(forms.Form):
    """Consent to recording."""

    accept = forms.BooleanField(
        label="I have read this and agree to being recorded as described above.",
        error_messages={
            "required": "Tick the box to continue. You cannot take the assessment without agreeing."
        },
    )


class SystemCheckForm(forms.Form):
    """What the browser measured about the computer."""

    browser = forms.CharField(max_length=40)
    browser_version = forms.IntegerField(min_value=0, max_value=100_000)
    desktop = forms.BooleanField(required=False)
    screen_width = forms.IntegerField(min_value=0, max_value=100_000)
    screen_height = forms.IntegerField(min_value=0, max_value=100_000)
    fullscreen = forms.BooleanField(required=False)
    camera = forms.BooleanField(required=False)
    microphone = forms.BooleanField(required=False)
    round_trip_ms = forms.IntegerField(min_value=0, max_value=600_000)

    def facts(self) -> SystemFacts:
        """The cleaned data as `SystemFacts`."""
        return SystemFacts(
            **{field.name: self.cleaned_data[field.name] for field in fields(SystemFacts)}
        )


class DeviceTestForm(forms.Form):
    """Whether the camera shows a picture, and the microphone level from 0 to 1."""

    picture = forms.BooleanField(required=False)
    microphone_level = forms.FloatField(min_value=0, max_value=1)


class IdentityPhotoForm(forms.Form):
    """The photo taken before the assessment."""

    photo = forms.FileField(
        label="Photo of your face",
        help_text="JPEG, PNG or WebP, up to 5 MB. Face the light and look at the camera.",
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "user"}),
    )
