"""Plays of listening clips. The server counts them; a token fetches the clip for a few minutes.

A reload, a dropped connection and range requests use the token again, so that they cost no play.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from proctoring import queries
from proctoring.delivery import refusals
from proctoring.delivery import services as delivery
from proctoring.models import AudioPlay, Sitting, SittingQuestion

#: Time in which the token of a play fetches the clip.
TOKEN_LIFETIME = timedelta(minutes=5)


class NoPlaysLeft(Refusal):
    """The clip was played as often as the question allows."""

    code = "no_plays_left"
    message = "You have played this as often as this question allows."


class NoSuchPlay(Refusal):
    """The token is of no play of this question, or too old."""

    code = "play_expired"
    message = "This play has expired. Press play again; a play is used only when you have any left."
    status = 403


@dataclass(frozen=True)
class StartedPlay:
    """A counted play, with the token that fetches the clip."""

    play: AudioPlay
    token: str
    plays_left: int


@transaction.atomic
def start_play(*, sitting: Sitting, question: SittingQuestion, at: datetime) -> StartedPlay:
    """Count one play of the question's clip, while its section is open."""
    locked = delivery.advance_clock(sitting=sitting, at=at)
    delivery.require_live(locked, at)
    part = queries.current_section(locked)
    if part is None or part.pk != question.part_id:
        raise refusals.SectionClosed
    used = AudioPlay.objects.filter(question=question).count()
    allowed = question.version.plays
    if used >= allowed:
        raise NoPlaysLeft
    token = secrets.token_urlsafe(32)
    play = AudioPlay.objects.create(
        question=question,
        number=used + 1,
        token_hash=_hash_of(token),
        started_at=at,
        until=at + TOKEN_LIFETIME,
    )
    Sitting.objects.filter(pk=locked.pk).update(last_active_at=at, last_seen_at=at)
    return StartedPlay(play, token, allowed - used - 1)


def clip_of(*, question: SittingQuestion, token: str, at: datetime) -> StoredFile:
    """The clip, for the token of a play that is not too old."""
    found = AudioPlay.objects.filter(question=question, token_hash=_hash_of(token), until__gt=at)
    if question.version.audio is None or not found.exists():
        raise NoSuchPlay
    return question.version.audio


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
