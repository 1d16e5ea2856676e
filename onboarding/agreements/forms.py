"""Forms to read, sign, verify, draft and publish agreements."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.one_time_codes.fields import CodeField
from hitouch.core.printing.printed_text import clean_text
from hitouch.core.web.forms import PrintableField
from onboarding.agreements import text
from onboarding.models import AgreementTemplate

CHANNELS = [("email", "Email"), ("phone", "SMS")]
PLACEHOLDERS = ", ".join(f"{{{name}}}" for name in text.MERGE_FIELDS)


class SigningCodeForm(forms.Form):
    """Channel for the signing code; e-mail by default."""

    channel = forms.ChoiceField(choices=CHANNELS, required=False)

    def clean_channel(self) -> str:
        """Default to e-mail."""
        return self.cleaned_data["channel"] or "email"


class AcceptField(forms.Field):
    """A list of agreement IDs, from checkboxes or from a JSON list."""

    widget = forms.MultipleHiddenInput
    takes_list = True

    def to_python(self, value: Any) -> list[str]:
        return [str(item) for item in value] if isinstance(value, (list, tuple)) else []


class ReadForm(forms.Form):
    """Confirms reading an agreement; `seen` counts the blocks scrolled into view, if known."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=1000, widget=forms.HiddenInput)


class SignedPdfForm(forms.Form):
    """A PDF file to verify as a signed agreement."""

    file = forms.FileField(
        label="PDF file",
        help_text="The original file from our email, up to 5 MB. We don't store it.",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )


class IntentForm(forms.Form):
    """Acceptance of each text and the typed name, before the code is sent."""

    accept = AcceptField(required=False)
    typed_name = forms.CharField(
        label="Your full name",
        max_length=160,
        help_text="Entering your name here is your signature.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    channel = forms.ChoiceField(
        label="Send code to", choices=CHANNELS, widget=forms.RadioSelect, initial="email"
    )

    def __init__(self, *args: Any, contacts: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        labels = dict(CHANNELS)
        choices = [(key, f"{labels[key]} to {masked}") for key, masked in contacts.items()]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]

    def accepted_ids(self, templates: Iterable[AgreementTemplate]) -> set[str]:
        """IDs of the accepted texts, to render the page again with the same checkboxes ticked."""
        return set(self["accept"].value() or []) & {str(row.pk) for row in templates}


class SignatureCodeForm(forms.Form):
    """The one-time code that signs."""

    code = CodeField(
        label="Code",
        help_text="",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}
        ),
    )


class SignForm(SignatureCodeForm):
    """Acceptance, name and code in one request, for the API."""

    accept = AcceptField(required=False)
    typed_name = forms.CharField(max_length=160)


class PrintableTextField(PrintableField):
    """Text of several lines that is printed."""

    def clean_printable(self, text: str) -> str:
        """The text, if every line of it can be drawn."""
        return clean_text(text)


class AgreementDraftForm(forms.Form):
    """The text of one version."""

    kind = forms.ChoiceField(label="Agreement", choices=AgreementTemplate.Kind.choices)
    version = forms.CharField(max_length=12, help_text="Two numbers, such as 2.1.")
    title = PrintableField(max_length=120)
    text = PrintableTextField(
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "true"}),
        help_text=f"Separate paragraphs with an empty line. The first is the title. A number and "
        f"a few words make a heading.  Placeholders filled in for each agent: {PLACEHOLDERS}.",
    )

    def __init__(self, *args: Any, is_new: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:  # the kind of an existing draft is fixed
            del self.fields["kind"]


class PublishAgreementForm(forms.Form):
    """When a version comes into force; now if empty."""

    starts_at = forms.DateTimeField(
        label="In force from",
        required=False,
        help_text="India time. Leave empty to publish now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
