"""Forms of the steps before an assessment: consent, checks, photo, spoken sentence."""

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
    """What the browser says about the computer."""

    browser = forms.CharField(max_length=40)
    browser_version = forms.IntegerField(min_value=0, max_value=100_000)
    desktop = forms.BooleanField(required=False)
    screen_width = forms.IntegerField(min_value=0, max_value=100_000)
    screen_height = forms.IntegerField(min_value=0, max_value=100_000)
    second_screen = forms.NullBooleanField(
        required=False, help_text="Leave it out where the browser cannot tell."
    )
    fullscreen = forms.BooleanField(required=False)
    camera = forms.BooleanField(required=False)
    microphone = forms.BooleanField(required=False)

    def facts(self) -> SystemFacts:
        """The cleaned data as `SystemFacts`."""
        return SystemFacts(
            **{field.name: self.cleaned_data[field.name] for field in fields(SystemFacts)}
        )


class DeviceTestForm(forms.Form):
    """A still of the camera and three seconds of sound, which the server judges."""

    picture = forms.FileField(
        required=False,
        allow_empty_file=True,
        help_text="A still of the camera: JPEG, PNG or WebP.",
    )
    sound = forms.FileField(
        required=False,
        allow_empty_file=True,
        help_text="Three seconds of your voice: WebM, Ogg, MP4, MP3 or WAV.",
    )


class IdentityPhotoForm(forms.Form):
    """The photo taken before the assessment."""

    photo = forms.FileField(
        label="Photo of your face",
        help_text="JPEG, PNG or WebP, up to 5 MB. Face the light and look at the camera.",
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "user"}),
    )


class SentenceForm(forms.Form):
    """The spoken sentence."""

    sound = forms.FileField(
        label="Recording",
        allow_empty_file=True,
        help_text="WebM, Ogg, MP4, MP3 or WAV, up to a minute.",
        widget=forms.FileInput(attrs={"accept": "audio/*", "capture": "user"}),
    )


class IdentityDecisionForm(forms.Form):
    """The decision about a photo. Without `same_person` the agent is asked for another photo."""

    same_person = forms.NullBooleanField(
        required=False,
        widget=forms.HiddenInput,
        help_text="True: the same person. False: another person. Left out: take another photo.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The agent sees it. Needed unless it is the same person.",
    )
