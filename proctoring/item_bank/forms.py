"""Forms of the item bank: one form for each kind of item, decisions, uploads."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hitouch.core.cefr import CEFR
from hitouch.core.web.forms import add_refusal_to
from proctoring.item_bank import content as contents
from proctoring.item_bank.content import ItemContent
from proctoring.item_bank.interchange import limits
from proctoring.item_bank.services import InvalidItem, is_in_use
from proctoring.models import ItemKind, ItemReview, ItemVersion

LETTERS = contents.OPTION_IDS
FIELDS_OF_KIND = {
    ItemKind.READING_MCQ: ("passage", "text", "options", "key"),
    ItemKind.AUDIO_MCQ: ("passage", "text", "options", "key", "plays", "script"),
    ItemKind.FILL_BLANK: ("passage", "text", "accepted"),
    ItemKind.SPEAKING: (
        "passage", "text", "preparation_seconds", "seconds", "expected", "model_answer",
    ),
    ItemKind.WRITING: ("passage", "text", "min_words", "max_words", "expected", "model_answer"),
}  # fmt: skip
DEFAULTS: dict[str, object] = {
    "plays": 2, "preparation_seconds": 15, "seconds": 45, "min_words": 50, "max_words": 100,
}  # fmt: skip


def _text(label: str, rows: int, most: int, *, required: bool = False, hint: str = "") -> Any:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea({"rows": rows}),
    )


def _number(label: str, most: int, hint: str = "") -> Any:
    return forms.IntegerField(label=label, min_value=0, max_value=most, help_text=hint)


def _slug(text: str) -> None:
    if not contents.is_topic(text):
        raise ValidationError("Use small letters, digits and hyphens, for example small-talk.")


def _code(text: str) -> None:
    if not contents.is_code(text):
        raise ValidationError("Use small letters, digits and hyphens, for example r-b1-31.")


class ItemForm(forms.Form):
    """The wording and the key of a version. Lists are entered with one entry a line."""

    level = forms.ChoiceField(choices=CEFR.choices)
    topic = forms.CharField(max_length=40, validators=[_slug], help_text="For example orders.")
    passage = _text("Passage", 6, contents.MAX_PASSAGE, hint="What is read before the question.")
    text = _text("Question or task", 4, contents.MAX_TEXT, required=True)
    key = forms.ChoiceField(label="Correct option", choices=[(one, one) for one in LETTERS])
    accepted = _text(
        "Accepted answers", 4, 6000, required=True, hint="One a line; the first is the best."
    )
    plays = _number("Plays", contents.MAX_PLAYS, "How often the clip can be played.")
    script = _text("Script", 8, 20_000, hint="One turn a line, as voice: words.")
    min_words = _number("Fewest words", contents.MAX_WORDS)
    max_words = _number("Most words", contents.MAX_WORDS)
    preparation_seconds = _number("Seconds to prepare", contents.MAX_SECONDS)
    seconds = _number("Seconds to speak", contents.MAX_SECONDS)
    expected = _text("Points of a good answer", 5, 10_000, hint="One a line.")
    model_answer = _text("Model answer", 5, contents.MAX_PASSAGE)
    note = forms.CharField(
        label="What changed, and why", max_length=300, required=False, help_text="For the reviewer."
    )

    def __init__(self, *args: Any, kind: str, version: ItemVersion | None = None, **options: Any):
        options["initial"] = {**DEFAULTS, **(_initial(version) if version else {})}
        super().__init__(*args, **options)
        self.kind = kind
        wanted = FIELDS_OF_KIND[ItemKind(kind)]
        for name in (*contents.WORDING, *contents.KEY):
            if name in self.fields and name not in wanted:
                del self.fields[name]
        if "options" in wanted:
            self._add_options()
        if version is not None and is_in_use(version.item):
            for name in ("level", "topic"):
                self.fields[name].disabled = True
                self.fields[name].help_text = "A reviewer changes it while the item is in use."
        if kind == ItemKind.FILL_BLANK:
            self.fields["text"].help_text = f"Write the gap as {contents.GAP}."

    def _add_options(self) -> None:
        for letter in LETTERS:
            self.fields[f"option_{letter}"] = forms.CharField(
                label=f"Option {letter}", required=False, max_length=contents.MAX_OPTION
            )
        last = [name for name in ("key", "plays", "script", "note") if name in self.fields]
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def content(self) -> ItemContent:
        """What was entered."""
        typed = self.cleaned_data
        facts: dict[str, Any] = {
            name: typed[name]
            for name in (*contents.WORDING, *contents.KEY)
            if name in typed and name not in ("accepted", "expected", "script", "options")
        }
        return ItemContent(
            **facts,
            options={
                letter: typed[f"option_{letter}"].strip()
                for letter in LETTERS
                if typed.get(f"option_{letter}", "").strip()
            },
            accepted=_entries(typed.get("accepted", "")),
            expected=_entries(typed.get("expected", "")),
            script=[_turn(line) for line in _entries(typed.get("script", ""))],
        )

    def add_faults(self, refusal: InvalidItem) -> None:
        """Show each fault at its field."""
        for fault in refusal.faults:
            name = "option_a" if fault.field == "options" else fault.field
            self.add_error(name if name in self.fields else None, fault.message)

    def place(self) -> dict[str, Any]:
        """The level and the topic that were entered."""
        return {"level": self.cleaned_data["level"], "topic": self.cleaned_data["topic"]}


class NewItemForm(ItemForm):
    """A new item."""

    code = forms.CharField(max_length=60, validators=[_code], help_text="For example r-b1-31.")
    field_order = ["code", "level", "topic"]

    def refuse(self, refusal: Any) -> None:
        """Show a refusal at its field."""
        add_refusal_to(self, refusal)


class PlaceForm(forms.Form):
    """Another level or topic of an item."""

    level = forms.ChoiceField(choices=CEFR.choices)
    topic = forms.CharField(max_length=40, validators=[_slug])


class ReasonOfItemForm(forms.Form):
    """A reason for a change of state, or the text of a report."""

    reason = forms.CharField(max_length=300, label="Reason")


class ExcludesForm(forms.Form):
    """Codes of items that must not meet this one."""

    excludes = forms.CharField(
        required=False, max_length=2000, label="Must not meet", help_text="Codes, with spaces."
    )

    def codes(self) -> list[str]:
        """The codes that were entered."""
        return self.cleaned_data["excludes"].replace(",", " ").split()


class ClipForm(forms.Form):
    """Another clip for a draft."""

    audio = forms.FileField(
        label="Clip",
        help_text="WebM, Ogg, MP4, MP3 or WAV, up to 8 MB.",
        widget=forms.FileInput({"accept": "audio/*,.m4a,.webm"}),
    )


class ReviewForm(forms.Form):
    """The decision on a review."""

    outcome = forms.ChoiceField(choices=ItemReview.Outcome.choices)
    comment = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea({"rows": 3}), label="Comment"
    )


class FlagResolutionForm(forms.Form):
    """What was found about a flag."""

    resolution = forms.CharField(max_length=300, label="What you found and did")


class ImportForm(forms.Form):
    """A file of items: CSV, or a QTI 3 package."""

    file = forms.FileField(
        help_text=f"A CSV file or a QTI 3 package (zip), up to {limits.MAX_MEGABYTES} MB."
    )


def _initial(version: ItemVersion) -> dict[str, Any]:
    key = version.key
    return {
        "level": version.item.level,
        "topic": version.item.topic,
        "note": version.note if version.published_at is None else "",
        **{name: getattr(version, name) for name in contents.WORDING if name != "options"},
        **{f"option_{letter}": text for letter, text in version.options.items()},
        "key": key.key,
        "accepted": "\n".join(key.accepted),
        "expected": "\n".join(key.expected),
        "model_answer": key.model_answer,
        "script": "\n".join(f"{turn.get('voice', '')}: {turn['text']}" for turn in key.script),
    }


def _entries(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _turn(line: str) -> dict[str, str]:
    voice, colon, words = line.partition(":")
    return {"voice": voice.strip(), "text": words.strip()} if colon else {"voice": "", "text": line}
