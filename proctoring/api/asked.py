"""What programs send where it is a form: the same fields, described for the schema."""

from typing import Any

from rest_framework import serializers

from hitouch.core.form_serializers import form_serializer
from proctoring import forms

ConsentIn = form_serializer(forms.ConsentForm, "ConsentIn")


InvitationIn = form_serializer(forms.InvitationForm, "InvitationIn")


class FactsIn(serializers.Serializer[Any]):
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
    picture = serializers.BooleanField()
    microphone_level = serializers.FloatField(min_value=0, max_value=1)


LivePhotoIn = form_serializer(forms.IdentityPhotoForm, "LivePhotoIn")


SnapshotIn = form_serializer(forms.SnapshotForm, "SnapshotIn")


class SectionIn(serializers.Serializer[Any]):
    position = serializers.IntegerField(min_value=1)


class AnswerIn(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1)
    value = serializers.CharField(max_length=300, allow_blank=True)


VoidIn = form_serializer(forms.VoidForm, "VoidIn")
