"""Forms of opportunities, for pages and API."""

from decimal import Decimal
from typing import Any

from django import forms

from gigs.clients.forms import MAX_PAISE
from gigs.fields import MomentField, TagListField, with_any_choice
from gigs.models import Category, Opportunity, PayKind, Visibility
from gigs.models.terms import PAY, TEXT
from gigs.opportunities.board import Hours, Order
from hitouch.core import money
from hitouch.core.cefr import CEFR
from hitouch.core.web.forms import RupeesField
from onboarding.vocabulary import lexicon


class LanguageField(forms.ChoiceField):
    """A language of the vocabulary, in any of its spellings."""

    def __init__(self, **options: Any) -> None:
        names = [word.name for word in lexicon.words(lexicon.LANGUAGES)]
        choices = with_any_choice([(name, name) for name in sorted(names)], "Any language")
        super().__init__(choices=choices, **options)

    def to_python(self, value: Any) -> str:
        """The name in the vocabulary."""
        return lexicon.normalise(lexicon.LANGUAGES, super().to_python(value))


class SearchFieldsForm(forms.Form):
    """Filters and order of opportunities, without the lowest pay."""

    q = forms.CharField(
        label="Search", required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    category = forms.ChoiceField(
        label="Category", required=False, choices=with_any_choice(Category.choices, "Any category")
    )
    pay = forms.ChoiceField(
        label="Pay", required=False, choices=with_any_choice(PayKind.choices, "Any pay")
    )
    level = forms.ChoiceField(
        label="English level", required=False, choices=with_any_choice(CEFR.choices, "Any level")
    )
    language = LanguageField(label="Language", required=False)
    hours = forms.ChoiceField(
        label="Hours", required=False, choices=with_any_choice(Hours.choices, "Any hours")
    )
    open_to_me = forms.BooleanField(label="Only what I can apply for", required=False)
    sort = forms.ChoiceField(
        label="Sort by", required=False, choices=with_any_choice(Order.choices, "Recommended")
    )

    def facts(self) -> dict[str, Any]:
        """The fields of a `BoardSearch`; invalid values are ignored."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "words": found.get("q", ""),
            "category": found.get("category", ""),
            "pay_kind": found.get("pay", ""),
            "level": found.get("level", ""),
            "language": found.get("language", ""),
            "hours": found.get("hours", ""),
            "open_to_me": bool(found.get("open_to_me")),
        }

    @property
    def order(self) -> str:
        """The order asked for; empty for the usual one."""
        self.is_valid()
        return str(self.cleaned_data.get("sort", ""))


class SearchForm(SearchFieldsForm):
    """The search of a page; the lowest pay is in rupees."""

    min_pay = RupeesField(
        label="Lowest pay (₹)",
        required=False,
        help_text="Per hour, or the total for a fixed price.",
    )
    field_order = ["q", "category", "pay", "min_pay", "level", "language", "hours"]

    def facts(self) -> dict[str, Any]:
        """The fields of a `BoardSearch`."""
        facts = super().facts()
        return {**facts, "min_pay_paise": self.cleaned_data.get("min_pay") or 0}

    @property
    def filters(self) -> list[forms.BoundField]:
        """The fields that are folded on a phone."""
        return [self[name] for name in self.fields if name not in ("q", "sort", "open_to_me")]

    @property
    def chosen(self) -> int:
        """The number of filters with a value."""
        self.is_valid()
        names = [name for name in self.fields if name not in ("q", "sort")]
        return sum(bool(self.cleaned_data.get(name)) for name in names)

    def saved_values(self) -> dict[str, str]:
        """The valid values that are set, without the order, as parameters of the page."""
        self.is_valid()
        names = [name for name in self.fields if name != "sort" and self.cleaned_data.get(name)]
        return {name: " ".join(str(self.data[name]).split()) for name in sorted(names)}

    def summary(self) -> str:
        """What the search asks for: "evening chat, Hindi, Evenings"."""
        return ", ".join(self._said(name) for name in self.fields if name in self.saved_values())

    def _said(self, name: str) -> str:
        value, field = self.cleaned_data[name], self.fields[name]
        if name == "min_pay":
            return f"from {money.rupees(value)}"
        if isinstance(field, forms.BooleanField):
            return str(field.label)
        return str(dict(getattr(field, "choices", ())).get(value, value))


class SearchApiForm(SearchFieldsForm):
    """The search of the API; the lowest pay is in paise."""

    min_pay_paise = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAISE)

    def facts(self) -> dict[str, Any]:
        """The fields of a `BoardSearch`."""
        facts = super().facts()
        return {**facts, "min_pay_paise": self.cleaned_data.get("min_pay_paise") or 0}

    def as_page(self) -> SearchForm:
        """The same search as a page asks for it."""
        self.is_valid()
        asked = {name: self.data[name] for name in self.fields if name in self.data}
        least = self.cleaned_data.get("min_pay_paise")
        return SearchForm({**asked, "min_pay": f"{least / 100:.2f}" if least else ""})


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
    visibility = forms.ChoiceField(
        label="Visible to",
        required=False,
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        help_text="You can invite agents in either case.",
    )

    def clean_visibility(self) -> str:
        """Everybody, unless something else is chosen."""
        return self.cleaned_data["visibility"] or Visibility.PUBLIC

    def facts(self) -> dict[str, Any]:
        """Arguments for the service."""
        return {**self.cleaned_data, "hours_each": self.cleaned_data["hours_each"] or 0}


class OpportunityForm(OpportunityFieldsForm):
    """An opportunity from a page; the rate is in rupees."""

    field_order = [
        *("title", "description", "category", "minimum_level", "skills", "languages"),
        *("qualifications", "experience_years", "pay_kind", "rate_paise", "hours_each"),
        *("headcount", "apply_by", "visibility"),
    ]
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


class OpportunityPatchForm(OpportunityApiForm):
    """Changes of an opportunity from the API: the fields that were sent."""

    def __init__(self, data: Any = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **options)
        sent = set(data or {}) - {"project"}
        self.fields = {name: field for name, field in self.fields.items() if name in sent}

    def facts(self) -> dict[str, Any]:
        """What was sent, as the service takes it."""
        facts = dict(self.cleaned_data)
        if "hours_each" in facts:
            facts["hours_each"] = facts["hours_each"] or 0
        return facts


class TermsForm(OpportunityFieldsForm):
    """The text of a published opportunity; pay and number of agents stay as they are."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("headcount", "pay_kind", "hours_each"):
            del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """What was entered, as the service takes it."""
        return dict(self.cleaned_data)


def edit_form(opportunity: Opportunity, data: Any = None) -> OpportunityFieldsForm:
    """The form of a page to edit an opportunity, filled in with what it is now."""
    facts = {name: getattr(opportunity, name) for name in (*TEXT, *PAY, "headcount", "visibility")}
    facts |= {name: ", ".join(facts[name]) for name in ("skills", "languages")}
    facts["rate_paise"] = Decimal(opportunity.rate_paise) / money.PAISE_IN_A_RUPEE
    form = OpportunityForm if opportunity.is_draft else TermsForm
    return form(data, initial=facts)
