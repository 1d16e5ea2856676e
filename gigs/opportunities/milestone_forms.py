"""Forms of milestones, for the page and the API."""

from django import forms
from django.forms import formset_factory

from gigs.clients.forms import MAX_PAISE
from gigs.fields import FormListField
from gigs.opportunities.milestones import MAX_MILESTONES, PlannedMilestone
from hitouch.core.web.forms import RupeesField


class MilestoneFieldsForm(forms.Form):
    """A milestone without its amount."""

    title = forms.CharField(label="Milestone", max_length=120)
    due_on = forms.DateField(label="Due on", widget=forms.DateInput({"type": "date"}))

    def facts(self) -> PlannedMilestone:
        """The milestone that was entered."""
        found = self.cleaned_data
        return PlannedMilestone(found["title"], found["amount_paise"], found["due_on"])


class MilestoneForm(MilestoneFieldsForm):
    """A row of the page; the amount is in rupees."""

    amount_paise = RupeesField(label="Amount (₹)")
    field_order = ["title", "amount_paise", "due_on"]


class MilestoneApiForm(MilestoneFieldsForm):
    """An item of the API; the amount is in paise."""

    amount_paise = forms.IntegerField(min_value=1, max_value=MAX_PAISE)


MilestoneFormSet = formset_factory(
    MilestoneForm,
    extra=3,
    max_num=MAX_MILESTONES,
    absolute_max=MAX_MILESTONES,
    validate_max=True,
    can_delete=True,
)


class MilestonesApiForm(forms.Form):
    """All milestones of a draft, from the API."""

    milestones = FormListField(MilestoneApiForm)
