"""Serializers of the steps before an assessment."""

from typing import Any

from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.models import SystemCheck
from proctoring.setup import forms

ConsentIn = form_serializer(forms.ConsentForm, "ConsentIn")


LivePhotoIn = form_serializer(forms.IdentityPhotoForm, "LivePhotoIn")


class CheckOut(serializers.Serializer[Any]):
    """The result of one check of the computer, with a remedy."""

    key = serializers.CharField()
    title = serializers.CharField()
    passed = serializers.BooleanField()
    found = serializers.CharField()
    mend = serializers.CharField()


class SystemCheckOut(serializers.Serializer[SystemCheck]):
    """The results of a system or device check."""

    passed = serializers.BooleanField()
    results = CheckOut(many=True)
    state = serializers.CharField(source="sitting.state")


class FactsIn(serializers.Serializer[Any]):
    """What the browser measured about the computer."""

    browser = serializers.CharField(max_length=40)
    browser_version = serializers.IntegerField(min_value=0)
    desktop = serializers.BooleanField()
    screen_width = serializers.IntegerField(min_value=0)
    screen_height = serializers.IntegerField(min_value=0)
    fullscreen = serializers.BooleanField()
    camera = serializers.BooleanField()
    microphone = serializers.BooleanField()
    round_trip_ms = serializers.IntegerField(min_value=0)


class DevicesIn(serializers.Serializer[Any]):
    """Whether the camera shows a picture, and the microphone level from 0 to 1."""

    picture = serializers.BooleanField()
    microphone_level = serializers.FloatField(min_value=0, max_value=1)
