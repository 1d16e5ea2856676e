"""The form of a rating, for pages and API."""

from django import forms


class RatingForm(forms.Form):
    """Stars and a comment."""

    stars = forms.TypedChoiceField(
        label="Stars",
        coerce=int,
        choices=[
            ("", "Choose"),
            (5, "5, excellent"),
            (4, "4, good"),
            (3, "3, fair"),
            (2, "2, poor"),
            (1, "1, bad"),
        ],
    )
    comment = forms.CharField(
        label="Comment",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The other side reads it once both have rated, or after 14 days.",
    )
