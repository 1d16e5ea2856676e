"""Serializers of what an agent sees of the recording, and of appeals."""

from typing import Any

from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.review.appeals import forms
from proctoring.review.serializers import (
    AppealOut,
    CoverageGapOut,
    IdentityTryOut,
    LedgerEntryOut,
)

AppealIn = form_serializer(forms.EntryAppealForm, "AppealIn")


class OwnPictureOut(serializers.Serializer[Any]):
    """A camera picture."""

    id = serializers.UUIDField()
    taken_at = serializers.DateTimeField()
    keep_until = serializers.DateTimeField()


class RecordedSittingOut(serializers.Serializer[Any]):
    """All that was recorded of your sitting, as reviewers see it."""

    state = serializers.CharField(source="sitting.state")
    decision_reason = serializers.CharField(source="sitting.decision_reason")
    entries = LedgerEntryOut(many=True)
    gaps = CoverageGapOut(many=True)
    pictures = OwnPictureOut(many=True)
    photos = IdentityTryOut(many=True)
    appeal_until = serializers.DateTimeField(allow_null=True)
    can_contest_decision = serializers.BooleanField()
    decision_appeal = AppealOut(allow_null=True)
