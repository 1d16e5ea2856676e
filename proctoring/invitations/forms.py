"""Form that selects an invitation."""

from django import forms


class InvitationForm(forms.Form):
    """Which invitation to use."""

    invitation = forms.UUIDField()
