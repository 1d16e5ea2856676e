"""A résumé's file."""

from typing import Any

from django import forms

from onboarding import services


class ResumeForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="Résumé",
        help_text="PDF or DOCX, up to 5 MB and 10 pages. We don't store the file.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )
    agreed_to_model = forms.BooleanField(
        label="A language model of another company may read the text of this résumé too, "
        "without my contacts. It may find more.",
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not services.model_is_configured():
            del self.fields["agreed_to_model"]
