"""Forms of staff actions on accounts."""

from typing import Any

from django import forms

from accounts.staff.roles import all_roles


class ReasonForm(forms.Form):
    """The reason of an action on an account."""

    why = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For staff only. The person is notified, but doesn't see the reason.",
    )


def _role_choices() -> list[tuple[str, str]]:
    return [(role.name, f"{role.name}: {role.says}") for role in all_roles().values()]


class RolesForm(forms.Form):
    """The roles that a staff member is to have."""

    roles = forms.MultipleChoiceField(
        choices=_role_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    leaves = forms.BooleanField(
        label="Leaves the staff",
        required=False,
        help_text="Clear all roles as well. The account stays, and cannot open the admin any more.",
    )
    why = forms.CharField(label="Reason", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def payload(self) -> dict[str, Any]:
        """What is requested."""
        return {
            "roles": self.cleaned_data["roles"],
            "stays_staff": not self.cleaned_data["leaves"],
            "why": self.cleaned_data["why"],
        }
