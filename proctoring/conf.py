"""Settings and limits of proctoring.

The functions read settings, so that tests can override them.
"""

from datetime import timedelta

from django.conf import settings

from accounts.consents.registry import version_of
from hitouch.core.cefr import CEFR

CONSENT_VERSION = version_of("recording")
MAX_EVENTS_PER_BATCH = 100
MAX_SNAPSHOTS_PER_SITTING = 5000
#: Pages send a still every 5 seconds, and on slow lines at least every minute.
MIN_SNAPSHOT_INTERVAL = timedelta(seconds=2)
STILL_INTERVAL = timedelta(seconds=60)
STILLS_MISSING_AFTER = timedelta(seconds=90)
#: The share of stills in which the server searches faces, besides those of events and challenges.
STILLS_CHECKED = 0.05
#: How long a page has for a still that the server asks for, and how often it asks.
CHALLENGE_TIME = timedelta(seconds=20)
CHALLENGE_MEAN = timedelta(minutes=4)
FIRST_CHALLENGE_WITHIN = timedelta(minutes=2)
#: A page whose face detector has not looked for so long is not monitored by it.
DETECTOR_SILENT_AFTER = timedelta(seconds=45)
#: Below this share, nothing follows automatically and a person reviews.
LEAST_COVERAGE = 0.9
#: Entries that one device may write in a sitting, and devices that may write.
MAX_ENTRIES_PER_DEVICE = 20_000
MAX_DEVICES_PER_SITTING = 50
#: Staff add no more minutes than this at a time.
MAX_MINUTES_ADDED = 120
#: The database takes no late entry after this time, whatever the setting says.
MAX_ANSWER_GRACE = timedelta(minutes=10)
#: A page that was not heard of for longer counts as disconnected.
CONNECTION_LOST_AFTER = timedelta(seconds=15)
#: Two photos so near each other count as one person's.
IDENTITY_DISTANCE = 0.55
#: Photos, and spoken sentences, before a person looks or the sitting goes on.
MAX_TRIES = 3
#: A passed check need not be repeated for so long.
CHECK_LIFETIME = timedelta(minutes=15)
#: The share of the words of a sentence that has to be heard.
MIN_WORDS_HEARD = 0.6


def max_attempts() -> int:
    """Attempts that an agent may begin within `attempt_period`."""
    return int(getattr(settings, "HITOUCH_ASSESSMENT_ATTEMPTS", 2))


def attempt_period() -> timedelta:
    """The period for which attempts are counted."""
    return timedelta(days=int(getattr(settings, "HITOUCH_ASSESSMENT_ATTEMPT_DAYS", 90)))


def invitation_lifetime() -> timedelta:
    """How long an invitation can be used."""
    return timedelta(days=int(getattr(settings, "HITOUCH_INVITATION_DAYS", 30)))


def idle_timeout() -> timedelta:
    """A sitting without activity for this long is submitted."""
    return timedelta(minutes=int(getattr(settings, "HITOUCH_PROCTORING_IDLE_MINUTES", 10)))


def setup_timeout() -> timedelta:
    """A sitting that was not started within this time expires."""
    return timedelta(hours=int(getattr(settings, "HITOUCH_PROCTORING_BEGIN_HOURS", 24)))


def answer_grace() -> timedelta:
    """How long answers that were written in time may arrive after the end of their section."""
    seconds = int(getattr(settings, "HITOUCH_ANSWER_GRACE_SECONDS", 120))
    return min(timedelta(seconds=seconds), MAX_ANSWER_GRACE)


def outage_credit_seconds() -> int:
    """How much time of lost connections is given back in a sitting."""
    return int(getattr(settings, "HITOUCH_OUTAGE_CREDIT_SECONDS", 120))


def max_pause() -> timedelta:
    """A paused sitting goes on by itself after this time."""
    return timedelta(minutes=int(getattr(settings, "HITOUCH_PAUSE_MAX_MINUTES", 30)))


def min_screen() -> tuple[int, int]:
    """The smallest screen allowed, as width and height in pixels."""
    width, height = str(getattr(settings, "HITOUCH_PROCTORING_MIN_SCREEN", "1024x768")).split("x")
    return int(width), int(height)


def min_network_kbps() -> int:
    """The slowest network that carries the pictures and recordings of an assessment."""
    return int(getattr(settings, "HITOUCH_NETWORK_MIN_KBPS", 200))


def max_round_trip_ms() -> int:
    """The longest round trip to the server."""
    return int(getattr(settings, "HITOUCH_NETWORK_MAX_ROUND_TRIP_MS", 1500))


def grading_model() -> tuple[str, str, str] | None:
    """Address, key and name of the language model that is asked about answers; None if off."""
    if not (settings.HITOUCH_AI_GRADING and settings.HITOUCH_AI_URL and settings.HITOUCH_AI_MODEL):
        return None
    return settings.HITOUCH_AI_URL, settings.HITOUCH_AI_KEY, settings.HITOUCH_AI_MODEL


def machine_grades() -> frozenset[str]:
    """Kinds of answers that a machine evaluates first. People grade the others."""
    return frozenset(getattr(settings, "HITOUCH_MACHINE_GRADES", ("WRITING", "SPEAKING")))


def decisive_levels() -> frozenset[str]:
    """Levels at which clients decide, besides the one that passes an assessment."""
    return frozenset(getattr(settings, "HITOUCH_DECISIVE_LEVELS", ())) & frozenset(CEFR.values)


def review_sample_percent() -> int:
    """How many in 100 results are reviewed by lot before they count."""
    return int(getattr(settings, "HITOUCH_REVIEW_SAMPLE_PERCENT", 10))


def result_review_time() -> timedelta:
    """Until when a held result is reviewed."""
    return timedelta(hours=int(getattr(settings, "HITOUCH_RESULT_REVIEW_HOURS", 48)))


def appeal_window() -> timedelta:
    """How long a decision or an entry can be contested."""
    return timedelta(days=int(getattr(settings, "HITOUCH_APPEAL_DAYS", 14)))


def appeal_answer_time() -> timedelta:
    """Until when another reviewer answers."""
    return timedelta(days=int(getattr(settings, "HITOUCH_APPEAL_ANSWER_DAYS", 5)))


def detector_precision() -> float:
    """A detector that people confirm less often than this is only logged."""
    return int(getattr(settings, "HITOUCH_DETECTOR_PRECISION_PERCENT", 70)) / 100


def grading_sample() -> float:
    """The share of evaluated answers that two people grade as well, to check the machine."""
    return int(getattr(settings, "HITOUCH_GRADING_SAMPLE_PERCENT", 10)) / 100
