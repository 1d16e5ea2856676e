"""What operations write and publish: a version of an agreement, and from when it counts."""

from typing import Any

from django import forms

from onboarding import wording
from onboarding.models import AgreementTemplate

FACTS = ", ".join(f"{{{name}}}" for name in wording.FACTS)


class DraftForm(forms.Form):
    """The words of one version."""

    kind = forms.ChoiceField(label="Agreement", choices=AgreementTemplate.Kind.choices)
    version = forms.CharField(max_length=12, help_text="Two numbers, such as 2.1.")
    title = forms.CharField(max_length=120)
    text = forms.CharField(
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "true"}),
        help_text=f"Separate paragraphs with an empty line. The first is the title. A number and "
        f"a few words make a heading.  Placeholders filled in for each agent: {FACTS}.",
    )

    def __init__(self, *args: Any, is_new: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:  # a draft stays what it is about
            del self.fields["kind"]


class PublishForm(forms.Form):
    """From when a version counts; at once when nothing is said."""

    starts_at = forms.DateTimeField(
        label="In force from",
        required=False,
        help_text="India time. Leave empty to publish now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
