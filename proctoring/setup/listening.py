"""Recognises the sentence that was said before an assessment, outside of requests."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from hitouch.core.crypto import SealBroken
from hitouch.core.db.connections import release_connection
from hitouch.core.files import storage
from hitouch.core.files.stores.base import StoreUnavailable
from proctoring.grading.speech import decoding, whisper
from proctoring.grading.speech.decoding import Sound
from proctoring.grading.speech.recognition import RecogniserUnavailable
from proctoring.models import SystemCheck
from proctoring.setup import sounds
from proctoring.setup.services import judge_sentence

log = logging.getLogger(__name__)
#: Nobody waits longer before an assessment; the sound stays for a person.
PATIENCE = timedelta(seconds=30)
#: Nobody needs longer for a sentence.
LONGEST_SECONDS = 15


def listen(*, check_id: str | UUID, clock: Callable[[], datetime]) -> bool:
    """Listen to one sentence. Doing it twice changes nothing."""
    row = SystemCheck.objects.filter(pk=check_id, pending=True).select_related("sound").first()
    if row is None:
        return False
    try:
        heard = _recognise(row)
    except StoreUnavailable:
        return False  # `overdue` takes it up
    judge_sentence(check=row, heard=heard, at=clock())
    return True


def overdue(now: datetime) -> QuerySet[SystemCheck]:
    """Sentences that nobody listened to in time: the task was lost, or the machine is busy."""
    return SystemCheck.objects.filter(pending=True, checked_at__lte=now - PATIENCE)


def give_up(check: SystemCheck, at: datetime) -> None:
    """Let the assessment go on; a person may listen later."""
    judge_sentence(check=check, heard=None, at=at)


def _recognise(row: SystemCheck) -> str | None:
    """The words, or None where nobody can listen."""
    if row.sound is None:
        return None
    try:
        content = storage.read(row.sound)
        sound = decoding.decode(content, max_seconds=sounds.MAX_SECONDS)
        release_connection()
        spoken = Sound(sound.between(0, LONGEST_SECONDS))
        return whisper.installed_recogniser().recognise(spoken).text
    except (RecogniserUnavailable, decoding.UnreadableRecording, FileNotFoundError, SealBroken):
        return None
    except StoreUnavailable:
        raise
    except Exception:  # a model may fail in any way; a person listens then
        log.exception("sentence.failed", extra={"check": str(row.pk)})
        return None
