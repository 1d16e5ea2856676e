"""Forms of opportunities, for pages and API."""

from typing import Any

from django import forms

from gigs.clients.forms import MAX_PAISE
from gigs.fields import MomentField, TagListField, with_any_choice
from gigs.models import Category, PayKind
from hitouch.core.cefr import CEFR
from hitouch.core.web.forms import RupeesField


class SearchForm(forms.Form):
    """Search for opportunities."""

    q = forms.CharField(label="Search", required=False, max_length=100)
    category = forms.ChoiceField(
        label="Category", required=False, choices=with_any_choice(Category.choices, "Any category")
    )
    pay = forms.ChoiceField(
        label="Pay", required=False, choices=with_any_choice(PayKind.choices, "Any pay")
    )
    level = forms.ChoiceField(
        label="English level", required=False, choices=with_any_choice(CEFR.choices, "Any level")
    )

    def facts(self) -> dict[str, str]:
        """Arguments for `open_opportunities`; invalid values are ignored."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "words": found.get("q", ""),
            "category": found.get("category", ""),
            "pay_kind": found.get("pay", ""),
            "level": found.get("level", ""),
        }


class OpportunityFieldsForm(forms.Form):
    """Fields of an opportunity, without the rate."""

    title = forms.CharField(label="Title", max_length=120)
    description = forms.CharField(
        label="Description", max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )
    category = forms.ChoiceField(label="Category", choices=Category.choices)
    minimum_level = forms.ChoiceField(
        label="Minimum English level", choices=CEFR.choices, initial=CEFR.A2
    )
    skills = TagListField(label="Skills", required=False, help_text="Separate with commas.")
    languages = TagListField(
        label="Languages", required=False, max_item_length=40, help_text="Separate with commas."
    )
    qualifications = forms.CharField(
        label="Qualifications",
        required=False,
        max_length=200,
        help_text="Any one of these is enough. Separate with commas.",
    )
    experience_years = forms.IntegerField(
        label="Years of experience", min_value=0, max_value=40, initial=0
    )
    headcount = forms.IntegerField(label="Agents needed", min_value=1, max_value=500, initial=1)
    pay_kind = forms.ChoiceField(label="Pay", choices=PayKind.choices)
    hours_each = forms.IntegerField(
        label="Maximum hours per agent",
        required=False,
        min_value=0,
        max_value=2000,
        help_text="For hourly pay only.",
    )
    apply_by = MomentField(label="Apply by")

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        return {**self.cleaned_data, "hours_each": self.cleaned_data["hours_each"] or 0}


class OpportunityForm(OpportunityFieldsForm):
    """An opportunity from a page; the rate is in rupees."""

    rate_paise = RupeesField(
        label="Rate (₹)", help_text="Per hour, or the total for a fixed price."
    )


class OpportunityApiForm(OpportunityFieldsForm):
    """An opportunity from the API; the rate is in paise, the project an id."""

    project = forms.UUIDField()
    rate_paise = forms.IntegerField(min_value=1, max_value=MAX_PAISE)

    def facts(self) -> dict[str, Any]:
        """Arguments for the service; the view looks up the project."""
        facts = super().facts()
        del facts["project"]
        return facts
