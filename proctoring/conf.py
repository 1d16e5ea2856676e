"""The numbers of proctoring that a deployment may change, read from the settings in one place."""

from datetime import timedelta

from django.conf import settings

from accounts.consents import registry as consents_registry

CONSENT_VERSION = consents_registry.version_of("recording")
EVENTS_A_SITTING = 2000
EVENTS_A_BATCH = 100
SNAPSHOTS_A_SITTING = 400
SNAPSHOT_EVERY = timedelta(seconds=3)
SEEN_WITHIN = timedelta(seconds=15)


def attempts() -> int:
    return int(getattr(settings, "HITOUCH_ASSESSMENT_ATTEMPTS", 2))


def attempts_within() -> timedelta:
    return timedelta(days=int(getattr(settings, "HITOUCH_ASSESSMENT_ATTEMPT_DAYS", 90)))


def invitation_lasts() -> timedelta:
    return timedelta(days=int(getattr(settings, "HITOUCH_INVITATION_DAYS", 30)))


def idle_after() -> timedelta:
    return timedelta(minutes=int(getattr(settings, "HITOUCH_PROCTORING_IDLE_MINUTES", 10)))


def begin_within() -> timedelta:
    return timedelta(hours=int(getattr(settings, "HITOUCH_PROCTORING_BEGIN_HOURS", 24)))


def min_screen() -> tuple[int, int]:
    width, height = str(getattr(settings, "HITOUCH_PROCTORING_MIN_SCREEN", "1024x768")).split("x")
    return int(width), int(height)
