"""The photo of the agent."""

from django import forms

from hitouch.core.forms import PictureField


class PhotoForm(forms.Form):
    """One picture; a phone opens its front camera for it."""

    file = PictureField("Photo")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["file"].widget.attrs["capture"] = "user"
