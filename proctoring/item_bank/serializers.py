"""Serializers of the item bank for staff programs."""

from typing import Any

from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.item_bank import forms

ReasonOfItemIn = form_serializer(forms.ReasonOfItemForm, "ReasonOfItemIn")
ItemReviewIn = form_serializer(forms.ReviewForm, "ItemReviewIn")
FlagResolutionIn = form_serializer(forms.FlagResolutionForm, "FlagResolutionIn")
ItemImportIn = form_serializer(forms.ImportForm, "ItemImportIn")


class StaffItemOut(serializers.Serializer[Any]):
    """An item in the list, with the figures of its latest published version."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    kind = serializers.CharField()
    level = serializers.CharField()
    topic = serializers.CharField()
    state = serializers.CharField()
    flagged = serializers.BooleanField()
    difficulty = serializers.FloatField(source="figure_difficulty", allow_null=True)
    difficulty_error = serializers.FloatField(source="figure_difficulty_error", allow_null=True)
    origin = serializers.CharField(source="figure_origin", allow_null=True)
    facility = serializers.FloatField(source="figure_facility", allow_null=True)
    discrimination = serializers.FloatField(source="figure_discrimination", allow_null=True)
    responses = serializers.IntegerField(source="figure_responses", allow_null=True)


class StaffItemKeyOut(serializers.Serializer[Any]):
    """The key of a version, for authors and reviewers."""

    key = serializers.CharField()
    accepted = serializers.ListField(child=serializers.CharField())
    script = serializers.ListField(child=serializers.DictField())
    expected = serializers.ListField(child=serializers.CharField())
    model_answer = serializers.CharField()


class StaffItemVersionOut(serializers.Serializer[Any]):
    """One version of an item with its key."""

    number = serializers.IntegerField()
    passage = serializers.CharField()
    text = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    plays = serializers.IntegerField()
    min_words = serializers.IntegerField()
    max_words = serializers.IntegerField()
    preparation_seconds = serializers.IntegerField()
    seconds = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    key = StaffItemKeyOut()


class StaffItemFlagOut(serializers.Serializer[Any]):
    """A doubt about a version."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(source="version.number")
    kind = serializers.CharField()
    detail = serializers.DictField()
    raised_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolution = serializers.CharField()


class StaffItemDetailOut(StaffItemOut):
    """An item with its versions, flags, exposure and what must not meet it."""

    exposure = serializers.FloatField()
    must_not_meet = serializers.ListField(child=serializers.CharField())
    versions = StaffItemVersionOut(many=True, source="all_versions")
    flags = StaffItemFlagOut(many=True, source="all_flags")


class ItemImportOut(serializers.Serializer[Any]):
    """Codes of what an import created, changed, and found unchanged."""

    created = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.ListField(child=serializers.CharField())
