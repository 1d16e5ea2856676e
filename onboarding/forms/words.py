"""What staff decide about words that the vocabulary lacks."""

from django import forms


class AdoptWordForm(forms.Form):
    """A new word of the vocabulary."""

    name = forms.CharField(
        label="The word, as clients will read it",
        max_length=60,
        help_text="Like the others: a capital letter first, no full stop.",
        error_messages={"required": "Type the word."},
    )


class RespellWordForm(forms.Form):
    """Another writing of a word that is there."""

    of = forms.CharField(
        label="The word that it means",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "known-words", "autocomplete": "off"}),
        error_messages={"required": "Type or choose a word of the vocabulary."},
    )
