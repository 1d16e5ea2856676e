"""What staff decide about words that the vocabulary lacks."""

from django import forms


class AdoptWordForm(forms.Form):
    """A new word of the vocabulary."""

    name = forms.CharField(
        label="The term, as clients will see it",
        max_length=60,
        help_text="Start with a capital letter. No full stop.",
        error_messages={"required": "Enter the term."},
    )


class RespellWordForm(forms.Form):
    """Another writing of a word that is there."""

    of = forms.CharField(
        label="Existing term",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "known-words", "autocomplete": "off"}),
        error_messages={"required": "Enter or select a term from the vocabulary."},
    )
