"""Forms of projects, for pages and API."""

from django import forms

from accounts.one_time_codes.fields import ContactField
from gigs.models import Member
from hitouch.core.web.forms import RupeesField

MAX_PAISE = 10_000_000_000


class MemberInvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = ContactField(
        label="Email",
        help_text="We send a link that is valid for 7 days.",
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Role", choices=Member.Role.choices, initial=Member.Role.VIEWER)

    def clean_email(self) -> str:
        """Only an e-mail address: the link goes there."""
        email: str = self.cleaned_data["email"]
        if "@" not in email:
            raise forms.ValidationError("Enter an email address.", code="contact_invalid")
        return email


class RoleForm(forms.Form):
    """A role for a member."""

    role = forms.ChoiceField(label="Role", choices=Member.Role.choices)


class InvitationTokenForm(forms.Form):
    """The token of an invitation's link."""

    token = forms.CharField(max_length=100)


class BehalfForm(forms.Form):
    """Why staff act for a client."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        help_text="What the client asked for, and how. It stays in the audit log. "
        "If a gig is held, ended or replaced, the agent reads it, too.",
        widget=forms.Textarea({"rows": 3}),
    )


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
