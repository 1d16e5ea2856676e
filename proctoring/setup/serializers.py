"""Serializers of the steps before an assessment."""

from typing import Any

from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.models import IdentityCheck, SystemCheck
from proctoring.setup import forms
from proctoring.setup.queries import CHECKS, CheckState

ConsentIn = form_serializer(forms.ConsentForm, "ConsentIn")
FactsIn = form_serializer(forms.SystemCheckForm, "FactsIn")
DevicesIn = form_serializer(forms.DeviceTestForm, "DevicesIn")
LivePhotoIn = form_serializer(forms.IdentityPhotoForm, "LivePhotoIn")
SentenceIn = form_serializer(forms.SentenceForm, "SentenceIn")
IdentityDecisionIn = form_serializer(forms.IdentityDecisionForm, "IdentityDecisionIn")


class CheckOut(serializers.Serializer[Any]):
    """The result of one check, with a remedy."""

    key = serializers.CharField()
    title = serializers.CharField()
    passed = serializers.BooleanField()
    found = serializers.CharField()
    mend = serializers.CharField()


class SystemCheckOut(serializers.Serializer[SystemCheck]):
    """One try of a check: network, computer, or camera and microphone."""

    passed = serializers.BooleanField()
    results = CheckOut(many=True)
    valid_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when it need not be repeated."
    )
    state = serializers.CharField(source="sitting.state")


class ProbeOut(serializers.Serializer[Any]):
    """The next token to answer at once, or, when it is empty, the check."""

    token = serializers.CharField(help_text="Send it back at once with an empty body.")
    check = SystemCheckOut(allow_null=True, source="measured")


class CheckStatusOut(serializers.Serializer[Any]):
    """Whether one of the checks holds."""

    check = serializers.CharField(help_text=", ".join(CHECKS))
    title = serializers.CharField()
    state = serializers.CharField(help_text=", ".join(CheckState))
    valid_until = serializers.DateTimeField(allow_null=True)


class CheckListOut(serializers.Serializer[Any]):
    """All checks before an assessment."""

    state = serializers.CharField(help_text="State of the sitting.")
    checks = CheckStatusOut(many=True)


class IdentityOut(serializers.Serializer[Any]):
    """What comparing the photo led to."""

    outcome = serializers.CharField(help_text=", ".join(IdentityCheck.Outcome))
    code = serializers.CharField(help_text="What was wrong with the photo, or empty.")
    advice = serializers.CharField()
    tries_left = serializers.IntegerField(help_text="Then a person compares the photos.")
    state = serializers.CharField(source="sitting.state")


class SittingPhotoHintOut(serializers.Serializer[Any]):
    """Guidance on one frame of the camera."""

    ready = serializers.BooleanField()
    code = serializers.CharField()
    hint = serializers.CharField()


class SentenceOut(serializers.Serializer[Any]):
    """The sentence to say, and how the last try went."""

    check = serializers.CharField(help_text=", ".join(CheckState))
    sentence = serializers.CharField()
    tries_left = serializers.IntegerField(help_text="After the last one the assessment goes on.")
    results = CheckOut(many=True, help_text="Of the last try.")
    state = serializers.CharField(help_text="State of the sitting.")
