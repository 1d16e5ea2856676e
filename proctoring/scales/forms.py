"""Forms of standard-setting panels."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from proctoring.models import ItemVersion
from proctoring.scales import queries
from proctoring.scales.cuts import LEVELS_WITH_CUT


class PanelForm(forms.Form):
    """A new panel."""

    title = forms.CharField(max_length=120, help_text="For example English, spring 2027.")
    panelists: Any = forms.ModelMultipleChoiceField(
        queryset=None, widget=forms.CheckboxSelectMultiple, help_text="At least three."
    )
    per_level = forms.IntegerField(
        label="Items of each level", min_value=2, max_value=10, initial=5,
        help_text="Live items with keys, spread over the kinds.",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["panelists"].queryset = queries.possible_panelists()  # type: ignore[attr-defined]
        self.fields["panelists"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]


class JudgementForm(forms.Form):
    """Percentages for items and levels. Empty ones are not judged yet."""

    def __init__(
        self,
        *args: Any,
        versions: Sequence[ItemVersion],
        own: Mapping[tuple[str, str], float],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.versions = versions
        for version in versions:
            for level in LEVELS_WITH_CUT:
                held = own.get((str(version.pk), level))
                self.fields[_name(version, level)] = forms.IntegerField(
                    required=False,
                    min_value=0,
                    max_value=100,
                    label=f"{version.item.code} at {level}",
                    initial=None if held is None else round(held * 100),
                    widget=forms.NumberInput({"step": 5, "aria-label": f"Percent at {level}"}),
                )

    def rows(self, version: ItemVersion) -> list[Any]:
        """The fields of one item, in the order of the levels."""
        return [self[_name(version, level)] for level in LEVELS_WITH_CUT]

    def given(self) -> dict[tuple[UUID, str], float]:
        """What was entered, as probabilities."""
        return {
            (version.pk, level): value / 100
            for version in self.versions
            for level in LEVELS_WITH_CUT
            if (value := self.cleaned_data.get(_name(version, level))) is not None
        }


def _name(version: ItemVersion, level: str) -> str:
    return f"j-{version.pk.hex}-{level}"
