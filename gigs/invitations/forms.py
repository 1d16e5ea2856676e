"""Forms of invitations."""

from django import forms


class InviteForm(forms.Form):
    """The agent to invite, by the reference that the ranking shows and agents can tell."""

    agent = forms.UUIDField(
        label="Reference of the agent",
        help_text="Agents find their reference under Invitations and can give it to you.",
    )


class DeclineInvitationForm(forms.Form):
    """Why an agent declines."""

    reason = forms.CharField(
        label="Reason", required=False, max_length=300, help_text="The client will see it."
    )
