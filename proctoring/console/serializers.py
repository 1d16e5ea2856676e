"""Serializers of the console: rows, one live sitting, acts. The socket sends the same rows."""

import json
from datetime import datetime
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.console import forms, queries, wording
from proctoring.console.needs import LABELS, NeedKind
from proctoring.console.queries import ConsoleRow, LiveView
from proctoring.models import (
    IdentityCheck,
    Intervention,
    Observation,
    Ruling,
    Sitting,
    Snapshot,
)

InterventionIn = form_serializer(forms.InterventionForm, "InterventionIn")
ResumeSittingIn = form_serializer(forms.ResumeSittingForm, "ResumeSittingIn")
MoreTimeIn = form_serializer(forms.MoreTimeForm, "MoreTimeIn")
SHOWN_STATES = [(state, Sitting.State(state).label) for state in queries.SHOWN]


class NeedOut(serializers.Serializer[Any]):
    """A need, and from when it holds. One that lies ahead comes true unless something changes."""

    kind = serializers.ChoiceField([(kind.value, LABELS[kind]) for kind in NeedKind])
    since = serializers.DateTimeField()


class WatcherOut(serializers.Serializer[Any]):
    """A proctor who watches."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ConsoleStillOut(serializers.Serializer[Any]):
    """A camera picture. `url` is private: only proctors who are logged in get it."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    taken_at = serializers.DateTimeField()
    check_result = serializers.ChoiceField(Snapshot.Check.choices)

    def get_url(self, still: Any) -> str:
        return reverse("proctoring:snapshot", args=[still.id])


class LatestObservationOut(serializers.Serializer[Any]):
    """What was observed last."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    words = serializers.CharField()
    standing = serializers.ChoiceField(Ruling.Standing.choices, allow_blank=True)
    at = serializers.DateTimeField()


class ConsoleRowOut(serializers.Serializer[Any]):
    """A live sitting with what it needs, the most urgent need first."""

    id = serializers.UUIDField(source="sitting.pk")
    name = serializers.CharField(source="sitting.agent.name")
    assessment = serializers.CharField(source="sitting.assessment.title")
    attempt = serializers.IntegerField(source="sitting.number")
    state = serializers.ChoiceField(SHOWN_STATES, source="sitting.state")
    needs = NeedOut(many=True)
    begun_at = serializers.DateTimeField(source="sitting.begun_at", allow_null=True)
    ends_at = serializers.DateTimeField(source="sitting.ends_at", allow_null=True)
    paused_at = serializers.DateTimeField(source="sitting.paused_at", allow_null=True)
    section = serializers.CharField()
    section_ends_at = serializers.DateTimeField(allow_null=True)
    last_beat_at = serializers.DateTimeField(allow_null=True)
    last_active_at = serializers.DateTimeField(source="sitting.last_active_at", allow_null=True)
    connected = serializers.BooleanField(help_text="Whether a connection holds the lease.")
    coverage = serializers.FloatField(allow_null=True, help_text="From 0 to 1.")
    open_gap = serializers.CharField(help_text="Why it is not monitored right now.")
    warnings = serializers.IntegerField()
    points = serializers.IntegerField()
    still = ConsoleStillOut(allow_null=True)
    latest = LatestObservationOut(allow_null=True)
    watchers = WatcherOut(many=True)
    minutes = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Observations in each of the last ten minutes, the oldest first.",
    )
    photo_url = serializers.SerializerMethodField()
    profile_photo_url = serializers.SerializerMethodField()

    def get_photo_url(self, row: ConsoleRow) -> str:
        """The photo taken before the assessment, while it waits for a person."""
        if row.sitting.state != Sitting.State.IDENTITY_REVIEW:
            return ""
        return reverse("proctoring:case-photo", args=[row.sitting.pk])

    def get_profile_photo_url(self, row: ConsoleRow) -> str:
        """The photo to compare it with; empty if there is none."""
        sitting = row.sitting
        if sitting.state != Sitting.State.IDENTITY_REVIEW or sitting.agent.photo_id is None:
            return ""
        return reverse("proctoring:case-profile-photo", args=[sitting.pk])


class ConsoleOut(serializers.Serializer[Any]):
    """All live sittings by need, and the server's time."""

    server_time = serializers.DateTimeField()
    sittings = ConsoleRowOut(many=True)


class ConsoleObservationOut(serializers.Serializer[Any]):
    """An observation with the ruling that counts."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    words = serializers.SerializerMethodField()
    origin = serializers.ChoiceField(Observation.Origin.choices)
    count = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    standing = serializers.SerializerMethodField()
    severity = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()

    def get_words(self, row: Observation) -> str:
        return wording.words_for(row.kind)

    @extend_schema_field(serializers.ChoiceField(Ruling.Standing.choices, allow_blank=True))
    def get_standing(self, row: Observation) -> str:
        ruling = _ruling_of(row)
        return ruling.standing if ruling else ""

    @extend_schema_field(serializers.ChoiceField(Ruling.Severity.choices, allow_blank=True))
    def get_severity(self, row: Observation) -> str:
        ruling = _ruling_of(row)
        return ruling.severity if ruling else ""

    def get_points(self, row: Observation) -> int:
        ruling = _ruling_of(row)
        return ruling.points if ruling else 0


class InterventionOut(serializers.Serializer[Any]):
    """What a proctor did, and the state of the sitting after it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Intervention.Kind.choices)
    reason = serializers.ChoiceField(Intervention.Reason.choices)
    text = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)
    by = serializers.SerializerMethodField()
    at = serializers.DateTimeField()

    def get_by(self, row: Intervention) -> str:
        return queries.staff_name(row.by)


class InterventionDoneOut(InterventionOut):
    """The answer to an act."""

    state = serializers.CharField(source="sitting.state")
    ends_at = serializers.DateTimeField(source="sitting.ends_at", allow_null=True)


class ConsoleGapOut(serializers.Serializer[Any]):
    """A time that was not monitored. It is no violation."""

    reason = serializers.CharField(source="get_reason_display")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class ConsoleIdentityOut(serializers.Serializer[Any]):
    """One try of the identity check."""

    number = serializers.IntegerField()
    outcome = serializers.ChoiceField(IdentityCheck.Outcome.choices, allow_blank=True)
    distance = serializers.FloatField(allow_null=True, help_text="0 is the same face.")
    taken_at = serializers.DateTimeField()


class LiveSittingOut(serializers.Serializer[Any]):
    """One live sitting with pictures, observations, acts and gaps, the newest first."""

    server_time = serializers.DateTimeField()
    row = ConsoleRowOut()
    stills = ConsoleStillOut(many=True)
    observations = ConsoleObservationOut(many=True)
    interventions = InterventionOut(many=True)
    gaps = ConsoleGapOut(many=True)
    identity_checks = ConsoleIdentityOut(many=True)
    device = serializers.DictField(help_text="Class of device, browser and network, if known.")
    waived = serializers.ListField(child=serializers.CharField())


class SupervisionOut(serializers.Serializer[Any]):
    """Who watches the sitting now."""

    watchers = WatcherOut(many=True)


def rows_data(rows: list[ConsoleRow]) -> list[dict[str, Any]]:
    """The rows as JSON-compatible data."""
    return list(ConsoleRowOut(rows, many=True).data)


def console_data(rows: list[ConsoleRow], at: datetime) -> dict[str, Any]:
    """All rows, and the time at which they were read."""
    return dict(ConsoleOut({"server_time": at, "sittings": rows}).data)


def live_data(view: LiveView, at: datetime) -> dict[str, Any]:
    """All about one sitting, and the time at which it was read."""
    return dict(LiveSittingOut({**vars(view), "server_time": at}).data)


def _ruling_of(row: Observation) -> Ruling | None:
    return next(iter(row.rulings.all()), None)


def plain(data: Any) -> Any:
    """Serialized data with text instead of ids, as JSON has it."""
    return json.loads(json.dumps(data, default=str))
