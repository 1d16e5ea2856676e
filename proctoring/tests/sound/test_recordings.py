"""Spoken answers arrive in chunks, are judged at once, and lose nothing."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import NOON
from proctoring import queries
from proctoring.delivery.refusals import SectionClosed
from proctoring.delivery.services import close_section, submit_sitting
from proctoring.grading import answers
from proctoring.maintenance import sweep
from proctoring.models import Recording
from proctoring.sound import queries as sound
from proctoring.sound import services
from proctoring.tests.sound.conftest import SPEECH, sha256, silence
from proctoring.tests.support.cast import grade_all, make_sitting

DEVICE = uuid.uuid4()
SECOND = timedelta(seconds=1)


@pytest.fixture
def question(sitting):
    """The speaking question, whose section is open."""
    close_section(sitting=sitting, position=1, at=NOON)
    return queries.questions_in(queries.current_section(sitting)).get()


def start(question, at=NOON, mime="audio/webm;codecs=opus"):
    return services.start_recording(
        sitting=question.sitting, question=question, device=DEVICE, mime=mime, at=at
    )


def send(take, data, at=NOON, size=8000):
    """Send a file in chunks; returns how many."""
    pieces = [data[index : index + size] for index in range(0, len(data), size)]
    for number, piece in enumerate(pieces, start=1):
        services.save_chunk(
            recording=take, sequence=number, data=piece, sha256=sha256(piece), at=at
        )
    return len(pieces)


def record(question, data, at=NOON):
    take = start(question, at)
    return services.close_recording(recording=take, chunks=send(take, data, at), at=at)


def test_speech_is_judged_at_once(question):
    """A take with speech is good, and is stored whole; its chunks are emptied."""
    take = record(question, SPEECH.read_bytes())
    assert (take.state, take.judgement) == ("CLOSED", "OK")
    assert take.file.size == SPEECH.stat().st_size
    assert take.duration_ms > 1000
    assert not take.chunks.filter(data__isnull=False).exists()
    assert sound.has_speech(question)


def test_silence_asks_for_another_take(question):
    """Silence does not use the retake, and speech after it counts."""
    silent = record(question, silence())
    assert silent.judgement == "SILENT"
    assert not sound.has_speech(question)
    spoken = record(question, SPEECH.read_bytes())
    assert answers.counted_take(question.recordings.all()) == spoken


def test_one_retake(question):
    """Two takes with speech are allowed. The newest counts, unless nothing can be heard in it."""
    first, second = (record(question, SPEECH.read_bytes()) for _ in range(2))
    assert answers.counted_take([first, second]) == second
    with pytest.raises(services.NoTakesLeft):
        start(question)


def test_bad_retake_does_not_replace_a_good_take(question):
    """A silent retake leaves the first take as the answer."""
    first, second = record(question, SPEECH.read_bytes()), record(question, silence())
    assert answers.counted_take([first, second]) == first


def test_silent_takes_end_somewhere(question):
    """A broken microphone does not record for ever."""
    for _ in range(sound.MOST_TAKES):
        record(question, b"no sound at all")
    with pytest.raises(services.NoTakesLeft):
        start(question)


def test_chunks_come_in_any_order_and_twice(question):
    """Chunks are numbered: order and repetition change nothing, other content is refused."""
    take = start(question)
    for number, piece in ((2, b"two"), (1, b"one"), (2, b"two")):
        services.save_chunk(
            recording=take, sequence=number, data=piece, sha256=sha256(piece), at=NOON
        )
    assert take.chunks.count() == 2
    for piece, digest in ((b"other", sha256(b"other")), (b"three", sha256(b"other"))):
        with pytest.raises(services.ChunkDiffers):
            services.save_chunk(recording=take, sequence=2, data=piece, sha256=digest, at=NOON)


def test_missing_chunks_are_named(question):
    """A take with a gap stays open, and the answer names what is missing."""
    take = start(question)
    services.save_chunk(recording=take, sequence=2, data=b"x", sha256=sha256(b"x"), at=NOON)
    with pytest.raises(services.ChunksMissing) as refused:
        services.close_recording(recording=take, chunks=3, at=NOON)
    assert refused.value.members == {"missing": [1, 3]}
    take.refresh_from_db()
    assert take.state == "OPEN"


def test_chunks_are_encrypted(question):
    """What is held of an open take is not readable in the database."""
    take = start(question)
    services.save_chunk(
        recording=take, sequence=1, data=b"plain speech", sha256=sha256(b"plain speech"), at=NOON
    )
    assert b"plain" not in bytes(take.chunks.get().data)


def test_limits_on_size(question):
    """A chunk and a take have a greatest size; an empty chunk is refused."""
    take = start(question)
    for data in (b"", bytes(services.MAX_CHUNK_BYTES + 1)):
        with pytest.raises(services.ChunkTooBig):
            services.save_chunk(recording=take, sequence=1, data=data, sha256=sha256(data), at=NOON)


@pytest.mark.parametrize("mime", ["video/webm", "text/html", "audio/x-evil", "audio/webm\x00", ""])
def test_unknown_formats_are_refused(question, mime):
    """Only formats that the server reads are taken."""
    with pytest.raises(services.UnknownSound):
        start(question, mime=mime)


def test_recording_needs_a_speaking_question(sitting):
    """A listening question takes no recording."""
    listening = queries.questions_in(queries.current_section(sitting)).get()
    with pytest.raises(services.NotSpoken):
        start(listening)


def test_what_was_said_in_time_arrives_in_the_grace(question, asha):
    """Chunks come up to two minutes after the end; a take begun after it is refused."""
    take = start(question)
    submit_sitting(sitting=question.sitting, by=asha.user, at=NOON + SECOND)
    count = send(take, SPEECH.read_bytes(), NOON + 100 * SECOND)
    done = services.close_recording(recording=take, chunks=count, at=NOON + 100 * SECOND)
    assert (done.judgement, done.late) == ("OK", True)


def test_nothing_arrives_after_the_grace(question, asha):
    """After the grace a chunk is refused."""
    take = start(question)
    submit_sitting(sitting=question.sitting, by=asha.user, at=NOON)
    with pytest.raises(SectionClosed):
        send(take, SPEECH.read_bytes(), NOON + 122 * SECOND)


def test_take_that_nobody_closed_is_completed(question, asha):
    """The sweep completes a take of a crashed page with the chunks that follow each other."""
    take = start(question)
    send(take, SPEECH.read_bytes())
    submit_sitting(sitting=question.sitting, by=asha.user, at=NOON)
    sweep(at=NOON + 60 * SECOND)
    take.refresh_from_db()
    assert take.state == "OPEN"
    sweep(at=NOON + 130 * SECOND)
    take.refresh_from_db()
    assert (take.state, take.judgement) == ("CLOSED", "OK")


def test_new_take_gives_up_an_open_one(question):
    """A page that crashed while recording does not block the next take."""
    first = start(question)
    second = start(question)
    first.refresh_from_db()
    assert (first.state, second.take) == ("DISCARDED", 2)
    assert Recording.objects.filter(state="OPEN").get() == second


def test_recordings_are_deleted_after_their_period(question, asha):
    """The file goes when the assessment's period is over and the sitting is graded."""
    take = record(question, SPEECH.read_bytes())
    submit_sitting(sitting=question.sitting, by=asha.user, at=NOON)
    later = NOON + timedelta(days=question.sitting.assessment.retention_days)
    assert not sound.expired(later).exists()
    grade_all(question.sitting)
    assert not sound.expired(later - SECOND).exists()
    assert sweep(at=later)["files_deleted"] >= 1
    take.refresh_from_db()
    assert (take.file, take.judgement) == (None, "OK")


def test_sound_of_a_take_that_was_given_up_is_deleted_too(question, asha):
    """The chunks of a take that nobody completed go when the period is over."""
    given_up = start(question)
    send(given_up, SPEECH.read_bytes())
    start(question)
    submit_sitting(sitting=question.sitting, by=asha.user, at=NOON)
    sweep(at=NOON + timedelta(minutes=5))
    grade_all(question.sitting)
    later = NOON + timedelta(days=question.sitting.assessment.retention_days)
    assert given_up.chunks.filter(data__isnull=False).exists()
    sweep(at=later)
    assert not given_up.chunks.filter(data__isnull=False).exists()
    assert not sound.expired(later).exists()


def test_a_take_that_is_completed_at_the_same_moment_stays(question):
    """The page and the sweep complete a take together: one does it, the other changes nothing."""
    seen_by_the_sweep = start(question)
    number = send(seen_by_the_sweep, SPEECH.read_bytes())
    take = services.close_recording(recording=seen_by_the_sweep, chunks=number, at=NOON)
    services.close_abandoned(recording=seen_by_the_sweep, at=NOON + SECOND)
    take.refresh_from_db()
    assert (take.state, take.judgement, take.closed_at) == ("CLOSED", "OK", NOON)


@pytest.fixture
def place(sound_assessment, asha):
    """The URL of Asha's sitting in the speaking section, at the current time."""
    now = timezone.now()
    sitting = make_sitting(asha, "IN_PROGRESS", now)
    close_section(sitting=sitting, position=1, at=now)
    return f"/api/v1/sittings/{sitting.pk}"


def test_api_records_an_answer(place, asha, signed_in):
    """A program records, goes on after a lost connection, completes and plays back."""
    client = signed_in(asha.user)
    [question] = client.get(f"{place}/questions/").json()["questions"]
    asked = {"device": str(DEVICE), "mime": "audio/webm"}
    take = client.post(
        f"{place}/questions/{question['id']}/recordings/", asked, "application/json"
    ).json()
    path, data = f"{place}/recordings/{take['id']}", SPEECH.read_bytes()
    for number, piece in ((1, data[:9000]), (2, data[9000:])):
        sent = client.put(
            f"{path}/chunks/{number}/",
            piece,
            "application/octet-stream",
            headers={"X-Chunk-SHA256": sha256(piece)},
        )
        assert sent.status_code == 200, sent.content
    held = client.get(f"{path}/").json()
    assert [chunk["sequence"] for chunk in held["chunks"]] == [1, 2]
    done = client.post(f"{path}/close/", {"chunks": 2}, "application/json").json()
    assert (done["judgement"], done["message"], done["takes_left"]) == (
        "OK",
        "We can hear you well.",
        1,
    )
    played = client.get(f"{path}/audio/")
    assert (played.content, played["Content-Type"]) == (data, "audio/webm")


def test_strangers_reach_no_recording(place, asha, ravi, signed_in, client):
    """Another agent gets 404, nobody 401, for every address of a recording."""
    mine = signed_in(asha.user)
    [question] = mine.get(f"{place}/questions/").json()["questions"]
    path = f"{place}/questions/{question['id']}/recordings/"
    asked = {"device": str(DEVICE), "mime": "audio/webm"}
    take = mine.post(path, asked, "application/json").json()
    own = f"{place}/recordings/{take['id']}"
    for stranger, status in ((signed_in(ravi.user), 404), (client, 401)):
        assert stranger.post(path, asked, "application/json").status_code == status
        assert stranger.get(f"{own}/").status_code == status
        assert stranger.get(f"{own}/audio/").status_code == status
        assert stranger.put(f"{own}/chunks/1/", b"x", "audio/webm").status_code == status
        assert stranger.post(f"{own}/close/", {"chunks": 1}).status_code == status
