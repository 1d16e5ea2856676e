"""Forms to add a term to the vocabulary or map it to an existing one."""

from django import forms


class AdoptWordForm(forms.Form):
    """The name of a new term."""

    name = forms.CharField(
        label="The term, as clients will see it",
        max_length=60,
        help_text="Start with a capital letter. No full stop.",
        error_messages={"required": "Enter the term."},
    )


class RespellWordForm(forms.Form):
    """The existing term to map to."""

    of = forms.CharField(
        label="Existing term",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "known-words", "autocomplete": "off"}),
        error_messages={"required": "Enter or select a term from the vocabulary."},
    )
