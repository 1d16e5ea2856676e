"""Whether a sitting is monitored right now."""

from datetime import datetime

from django.db.models import Max

from proctoring import conf
from proctoring.leases.refusals import NotMonitored
from proctoring.models import MonitoringConnection, MonitoringDemand, Sitting


def holds_lease(sitting: Sitting, at: datetime) -> bool:
    """Whether a proven connection was heard of lately, and the sitting is not paused."""
    return sitting.is_live and holder(sitting, at) is not None


def require_lease(sitting: Sitting, at: datetime) -> None:
    """Raise `NotMonitored` unless a connection holds the lease."""
    if not holds_lease(sitting, at):
        raise NotMonitored


def holder(sitting: Sitting, at: datetime) -> MonitoringConnection | None:
    """The connection that holds the lease, if it was heard of lately."""
    return sitting.connections.filter(
        state=MonitoringConnection.State.HELD, last_beat_at__gt=silent_since(at)
    ).first()


def silent_since(at: datetime) -> datetime:
    """A connection that was last heard of at this time, or before it, is lost."""
    return at - conf.CONNECTION_LOST_AFTER


def demands(sitting: Sitting) -> list[str]:
    """What a connection proves before it gets the lease: "camera" and "sound", unless waived."""
    asked = {"camera": MonitoringDemand.CAMERA, "sound": MonitoringDemand.MICROPHONE}
    return [name for name, demand in asked.items() if demand not in sitting.waives]


def needs(connection: MonitoringConnection) -> list[str]:
    """What the connection has not proven yet."""
    proven = {"camera": connection.camera_proven_at, "sound": connection.sound_proven_at}
    return [name for name in demands(connection.sitting) if proven[name] is None]


def lease_ended_at(sitting: Sitting) -> datetime | None:
    """When the last connection that held the lease was heard of last; None if there was none."""
    held = sitting.connections.filter(held_at__isnull=False)
    newest: datetime | None = held.aggregate(newest=Max("last_beat_at"))["newest"]
    return newest
