"""Filters of the figures of Help: days and language."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from chatbot.analytics.queries import MOST_DAYS, usual_range
from chatbot.models import HelpLanguage
from hitouch.core.api.query import QueryForm

_DATE = {"type": "date"}


class FiguresFilter(QueryForm):
    """First and last day, both included, and a language."""

    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    language = forms.ChoiceField(
        label="Language", required=False, choices=[("", "All languages"), *HelpLanguage.choices]
    )

    def clean(self) -> dict[str, Any]:
        """Days that were not chosen are the usual ones; the order and the length are checked."""
        facts = super().clean() or {}
        if self.errors:
            return facts
        first, last = usual_range(self.moment)
        facts["last"] = facts.get("last") or max(last, facts.get("first") or last)
        facts["first"] = facts.get("first") or min(first, facts["last"])
        days = (facts["last"] - facts["first"]).days + 1
        if days < 1:
            self.add_error("last", "The last day is before the first.")
        elif days > MOST_DAYS:
            self.add_error("first", f"Choose at most {MOST_DAYS} days.")
        return facts

    @property
    def moment(self) -> datetime:
        """Now; forms are entry points."""
        return timezone.now()
