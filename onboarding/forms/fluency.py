"""How well the agent knows each language, beside the list of them."""

from typing import Any

from django import forms

from onboarding.models import Fluency

GRADES = [("", "Select"), *Fluency.Grade.choices]


class FluencyForm(forms.Form):
    """How well the agent knows one language of the list. Nothing has to be told."""

    language = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    spoken = forms.ChoiceField(label="Speaking", choices=GRADES, required=False)
    written = forms.ChoiceField(label="Writing", choices=GRADES, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        name = self["language"].value()
        if isinstance(name, str) and name:
            self.fields["spoken"].label = f"Speaking {name}"
            self.fields["written"].label = f"Writing {name}"
