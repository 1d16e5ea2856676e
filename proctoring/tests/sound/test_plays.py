"""Listening clips are played as often as allowed, counted by the server."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from conftest import NOON
from proctoring import queries
from proctoring.delivery.refusals import SectionClosed, SittingOver
from proctoring.delivery.services import close_section, submit_sitting
from proctoring.models import AudioPlay
from proctoring.sound import plays
from proctoring.tests.support.cast import make_sitting

MINUTE = timedelta(minutes=1)


@pytest.fixture
def question(sitting):
    return queries.questions_in(queries.current_section(sitting)).get()


def test_each_play_is_counted(sitting, question):
    """Two plays are allowed; the third is refused."""
    left = [
        plays.start_play(sitting=sitting, question=question, at=NOON).plays_left for _ in range(2)
    ]
    assert left == [1, 0]
    with pytest.raises(plays.NoPlaysLeft):
        plays.start_play(sitting=sitting, question=question, at=NOON)


def test_token_fetches_again_for_five_minutes(sitting, question):
    """A reload costs no play; an old token, or one of nobody, fetches nothing."""
    started = plays.start_play(sitting=sitting, question=question, at=NOON)
    for after in (0 * MINUTE, 4 * MINUTE):
        clip = plays.clip_of(question=question, token=started.token, at=NOON + after)
        assert clip == question.version.audio
    for token, at in ((started.token, NOON + 5 * MINUTE), ("other", NOON)):
        with pytest.raises(plays.NoSuchPlay):
            plays.clip_of(question=question, token=token, at=at)
    assert AudioPlay.objects.count() == 1


def test_no_plays_outside_the_section(sitting, question, asha):
    """A clip is played while its section is open."""
    close_section(sitting=sitting, position=1, at=NOON)
    with pytest.raises(SectionClosed):
        plays.start_play(sitting=sitting, question=question, at=NOON)
    submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    with pytest.raises(SittingOver):
        plays.start_play(sitting=sitting, question=question, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_plays_at_the_same_moment(sound_assessment, asha):
    """Of six plays at once two are allowed."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    question = queries.questions_in(queries.current_section(sitting)).get()

    barrier = Barrier(6, timeout=60)

    def play(_):
        barrier.wait()
        try:
            plays.start_play(sitting=sitting, question=question, at=NOON)
            return True
        except plays.NoPlaysLeft:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sum(pool.map(play, range(6))) == 2


def test_api_plays_a_clip(sound_assessment, asha, signed_in):
    """POST counts a play; GET sends the clip, also in ranges, and never the key or script."""
    sitting = make_sitting(asha, "IN_PROGRESS", timezone.now())
    client = signed_in(asha.user)
    [question] = client.get(f"/api/v1/sittings/{sitting.pk}/questions/").json()["questions"]
    place = f"/api/v1/sittings/{sitting.pk}/questions/{question['id']}"
    play = client.post(f"{place}/plays/").json()
    assert play["plays_left"] == 1
    whole = client.get(play["url"])
    piece = client.get(play["url"], headers={"Range": "bytes=0-3"})
    assert (whole.status_code, piece.status_code, piece.content) == (200, 206, b"RIFF")
    assert client.post(f"{place}/plays/").json()["plays_left"] == 0
    assert client.post(f"{place}/plays/").json()["code"] == "no_plays_left"
    assert client.get(f"{place}/audio/").status_code in (400, 422)
    assert client.get(f"{place}/audio/", {"token": "x\x00"}).status_code in (400, 403, 422)


def test_clips_are_of_the_sitting(sound_assessment, asha, ravi, signed_in, client):
    """Another agent and nobody reach neither play nor clip."""
    sitting = make_sitting(asha, "IN_PROGRESS", timezone.now())
    question = queries.questions_in(queries.current_section(sitting)).get()
    started = plays.start_play(sitting=sitting, question=question, at=timezone.now())
    place = f"/api/v1/sittings/{sitting.pk}/questions/{question.pk}"
    for stranger, status in ((signed_in(ravi.user), 404), (client, 401)):
        assert stranger.post(f"{place}/plays/").status_code == status
        assert stranger.get(f"{place}/audio/", {"token": started.token}).status_code == status
