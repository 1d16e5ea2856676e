"""Forms of forecasts, for pages and API."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from gigs.series.forms import MAX_WEEKS, DayField
from gigs.slots.forms import level_field

MAX_TEXT = 200_000
EXAMPLE = "Mon,09:00,42\nMon,09:30,55"
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")


class ForecastForm(forms.Form):
    """The contacts of a week and the service that they are to get."""

    volumes = forms.CharField(
        label="Contacts in each half hour of a week",
        max_length=MAX_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": EXAMPLE, "spellcheck": "false"}),
        help_text=(
            "One line for each half hour: day, time, number. Or a table with a column for each"
            " day. You can paste from a spreadsheet."
        ),
    )
    handle_seconds = forms.IntegerField(
        label="Average handling time in seconds", min_value=1, max_value=7200, initial=300
    )
    target_percent = forms.IntegerField(
        label="Answered in time, in %", min_value=1, max_value=99, initial=80
    )
    target_seconds = forms.IntegerField(
        label="In time means within so many seconds", min_value=0, max_value=3600, initial=20
    )
    max_occupancy_percent = forms.IntegerField(
        label="Busy at most, in %",
        min_value=1,
        max_value=100,
        initial=85,
        help_text="The share of their time that agents spend on contacts.",
    )
    shrinkage_percent = forms.IntegerField(
        label="Breaks and training, in %", min_value=0, max_value=80, initial=10
    )
    shortest_hours = forms.IntegerField(
        label="Shortest shift in hours", min_value=1, max_value=12, initial=2
    )
    longest_hours = forms.IntegerField(
        label="Longest shift in hours", min_value=1, max_value=12, initial=8
    )

    def facts(self) -> dict[str, Any]:
        """The input of the service."""
        data = dict(self.cleaned_data)
        return {"text": data.pop("volumes"), **data}


class ForecastPageForm(ForecastForm):
    """The same, or a file in place of the text. What was in the file is shown as text."""

    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )
    field_order = ("volumes", "file")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        upload = self.files.get("file")
        self.file_fault = ""
        if upload is not None:
            text = _text_of(upload)
            if text is None:
                self.file_fault = "This is not a CSV file of at most 200 kB."
            else:
                self.data = {**self.data.dict(), "volumes": text}  # type: ignore[attr-defined]
        self.fields["volumes"].required = not self.file_fault

    def clean_file(self) -> None:
        """Refuse what is no text."""
        if self.file_fault:
            raise ValidationError(self.file_fault, code="no_text")

    def facts(self) -> dict[str, Any]:
        """The input of the service, without the file."""
        found = super().facts()
        del found["file"]
        return found


def _text_of(upload: Any) -> str | None:
    """The text of a file, in the encodings of spreadsheets; None if it is none or too long."""
    if upload.size > MAX_TEXT:
        return None
    data = upload.read()
    for encoding in ENCODINGS:
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text: str = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


class AddProposedForm(forms.Form):
    """For how long the proposed shifts are made."""

    from_on = DayField(label="First day")
    weeks = forms.IntegerField(
        label="For how many weeks", min_value=1, max_value=MAX_WEEKS, initial=4
    )
    minimum_level = level_field()
