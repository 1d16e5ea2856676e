"""Serializers of invitations."""

from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.invitations import forms
from proctoring.models import Invitation
from proctoring.serializers import AssessmentOut

InvitationIn = form_serializer(forms.InvitationForm, "InvitationIn")


class InvitationOut(serializers.Serializer[Invitation]):
    """An invitation to take an assessment once."""

    id = serializers.UUIDField()
    assessment = AssessmentOut()
    why = serializers.CharField()
    until = serializers.DateTimeField()
