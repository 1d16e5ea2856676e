"""Forms of projects, for pages and API."""

from django import forms

from hitouch.core.web.forms import RupeesField

MAX_PAISE = 10_000_000_000


class ProjectFieldsForm(forms.Form):
    """Fields of a project, without the budget."""

    title = forms.CharField(label="Title", max_length=120)
    description = forms.CharField(
        label="Description", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    department = forms.CharField(label="Department", required=False, max_length=80)
    due_on = forms.DateField(
        label="Due date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class ProjectForm(ProjectFieldsForm):
    """A project from a page; the budget is in rupees."""

    budget_paise = RupeesField(label="Budget (₹)")


class ProjectApiForm(ProjectFieldsForm):
    """A project from the API; the budget is in paise."""

    budget_paise = forms.IntegerField(min_value=1, max_value=MAX_PAISE)
