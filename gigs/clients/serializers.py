"""Serializers of projects. Amounts are whole paise."""

from typing import Any

from rest_framework import serializers

from gigs.clients import forms as client_forms
from gigs.models import Member, MemberInvitation, Project
from hitouch.core.api.form_serializers import form_serializer


class MemberOut(serializers.ModelSerializer[Member]):
    """A person who acts for a client."""

    name = serializers.CharField(source="user", help_text="A name, or the masked contact.")
    client = serializers.CharField(source="client.name")

    class Meta:
        model = Member
        fields = ["id", "name", "client", "role", "created_at"]


class MemberInvitationOut(serializers.ModelSerializer[MemberInvitation]):
    """An open invitation."""

    class Meta:
        model = MemberInvitation
        fields = ["id", "email", "role", "expires_at"]


InvitationBody = form_serializer(client_forms.MemberInvitationForm, "InvitationBody")
InvitationTokenBody = form_serializer(client_forms.InvitationTokenForm, "InvitationTokenBody")
RoleBody = form_serializer(client_forms.RoleForm, "RoleBody")


class ProjectOut(serializers.ModelSerializer[Project]):
    """A project and its budget."""

    free_paise = serializers.IntegerField()

    class Meta:
        model = Project
        fields = [
            "id",
            "title",
            "description",
            "department",
            "due_on",
            "state",
            "budget_paise",
            "promised_paise",
            "free_paise",
            "created_at",
        ]


class ProjectBody(serializers.Serializer[Any]):
    """A project."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False)
    department = serializers.CharField(required=False, max_length=80)
    due_on = serializers.DateField(required=False)
    budget_paise = serializers.IntegerField(min_value=1)
