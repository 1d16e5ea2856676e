"""The queue of uploaded documents: turns, leases, files that kill a reader, a scanner down."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent
from conftest import NOON, make_agent
from hitouch.core.errors import Refusal
from hitouch.core.files import antivirus, storage
from hitouch.core.jobs import leases
from hitouch.core.models import StoredFile
from onboarding import tasks
from onboarding.demo import agents
from onboarding.kyc import card_reader, held_pictures, quarantine, reading, services, uploads
from onboarding.models import KycCase, KycDocument, KycUpload
from onboarding.tests import factories
from onboarding.tests.support import signed_documents
from tests.support.private_files import path_of
from tests.support.waiting import DEADLINE_SECONDS

State = KycUpload.State
FRONT, BACK, PAN = KycDocument.Kind


def accept(agent: Agent, kind: str = FRONT, at: datetime = NOON, **facts: Any) -> KycUpload:
    entered = {"number": agents.sample_pan(agent)} if kind == PAN else {"last_four": "4321"}
    return uploads.accept_upload(
        agent=agent, kind=kind, upload=agents.picture("doc"), at=at, **entered | facts
    )


def read(at: datetime = NOON) -> KycUpload | None:
    return reading.read_next(clock=lambda: at)


def again(upload: KycUpload) -> KycUpload:
    return KycUpload.objects.get(pk=upload.pk)


@pytest.fixture
def kabir(bring: Any) -> Agent:
    return bring(make_agent("Kabir"), "profile")


@pytest.mark.usefixtures("quick_reader")
def test_agents_take_turns(agent_with_profile: Agent, kabir: Agent) -> None:
    """Somebody with many uploads does not delay the first upload of somebody else."""
    for kind in (FRONT, BACK, PAN):
        accept(agent_with_profile, kind)
    late = accept(kabir, at=NOON + timedelta(seconds=1))
    turns = [read(NOON + timedelta(seconds=n + 2)) for n in range(4)]
    assert [turn.case.agent_id for turn in turns if turn] == [
        agent_with_profile.pk, kabir.pk, agent_with_profile.pk, agent_with_profile.pk,
    ]  # fmt: skip
    assert again(late).state == State.READ
    assert read() is None


def test_readers_are_limited(agent_with_profile: Agent, kabir: Agent, settings: Any) -> None:
    """All workers together read so many at once as is set, withdrawn ones included."""
    accept(agent_with_profile)
    accept(kabir)
    settings.HITOUCH_CARD_READERS = 1
    taken = reading.take_next(now=NOON)
    assert taken is not None
    assert reading.take_next(now=NOON) is None
    uploads.withdraw_upload(upload=taken, at=NOON)
    assert reading.take_next(now=NOON) is None
    settings.HITOUCH_CARD_READERS = 2
    assert reading.take_next(now=NOON) is not None


@pytest.mark.usefixtures("quick_reader")
def test_upload_of_a_dead_worker_is_read_after_its_lease(agent_with_profile: Agent) -> None:
    """A worker that died is replaced within seconds, and a late result of it is discarded."""
    accept(agent_with_profile)
    dead = reading.take_next(now=NOON)
    assert dead is not None
    assert read(NOON + reading.LEASE - timedelta(seconds=1)) is None
    assert read(NOON + reading.LEASE) is not None
    assert again(dead).state == State.READ
    card = card_reader.ReadCard(b"late", masked=True)
    reading._finish(dead, reading.ReadingResult(card=card), at=NOON + reading.LEASE)
    assert KycDocument.objects.count() == 1
    assert timedelta(seconds=20) >= reading.LEASE


@pytest.mark.usefixtures("quick_reader")
def test_file_that_kills_its_reader_is_refused(agent_with_profile: Agent) -> None:
    """After three readers that died the file is refused with a plain message."""
    upload = accept(agent_with_profile)
    for n in range(KycUpload.MOST_TRIES):
        assert reading.take_next(now=NOON + n * reading.LEASE) is not None
    assert read(NOON + KycUpload.MOST_TRIES * reading.LEASE) is not None
    upload = again(upload)
    assert (upload.state, upload.code, upload.file) == (State.REFUSED, "file_not_read", None)
    assert "Take a new photo" in upload.message


def test_reader_out_of_limits_holds_the_picture(
    agent_with_profile: Agent, monkeypatch: Any
) -> None:
    """When the card reader runs out of its limits twice, a person masks the picture, as ever."""
    card = card_reader.ReadCard(b"picture", masked=False, was_read=False)
    monkeypatch.setattr(card_reader, "read_picture", lambda **facts: card)
    upload = accept(agent_with_profile)
    read()
    assert again(upload).state == State.WAITING
    read()
    assert KycDocument.objects.get().is_held
    assert StoredFile.objects.filter(purpose=held_pictures.PURPOSE).count() == 1


@pytest.mark.usefixtures("quick_reader")
def test_scanner_that_is_down_delays_reading(agent_with_profile: Agent, monkeypatch: Any) -> None:
    """Nothing is read unscanned; when the scanner answers again the file is read."""

    def down(data: bytes) -> None:
        raise antivirus.ScanUnavailable

    monkeypatch.setattr(antivirus, "refuse_infected", down)
    upload = accept(agent_with_profile)
    read()
    assert again(upload).state == State.WAITING
    assert read(NOON + timedelta(seconds=9)) is None
    monkeypatch.setattr(antivirus, "refuse_infected", lambda data: None)
    assert read(NOON + timedelta(seconds=10)) is not None
    assert again(upload).state == State.READ


def test_scanner_that_stays_down_or_finds_a_virus(
    agent_with_profile: Agent, monkeypatch: Any
) -> None:
    """After all attempts the file is refused; an infected one at once."""
    for fault, code in (
        (antivirus.ScanUnavailable, "scan_unavailable"),
        (antivirus.Infected, "infected_file"),
    ):

        def fail(data: bytes, fault: Any = fault) -> None:
            raise fault

        monkeypatch.setattr(antivirus, "refuse_infected", fail)
        upload, at = accept(agent_with_profile), NOON
        while again(upload).is_queued:
            at += max(reading.SCAN_WAITS)
            read(at)
        assert again(upload).code == code
    assert not KycDocument.objects.exists()


@pytest.mark.usefixtures("quick_reader")
def test_original_that_is_lost_or_changed_is_refused(agent_with_profile: Agent) -> None:
    """A damaged original ends with a message, not with an endless retry."""
    upload = accept(agent_with_profile)
    assert upload.file is not None
    path_of(upload.file).write_bytes(b"changed on disk")
    read()
    assert (again(upload).state, again(upload).code) == (State.REFUSED, "file_not_read")


@pytest.mark.usefixtures("quick_reader")
def test_withdrawn_while_read(agent_with_profile: Agent, monkeypatch: Any) -> None:
    """What was replaced while it was read becomes no document, and its reader is free again."""
    first = accept(agent_with_profile)
    decode = storage.decode_picture

    def meanwhile(data: bytes, **facts: Any) -> bytes:
        monkeypatch.setattr(storage, "decode_picture", decode)
        accept(agent_with_profile, last_four="5555")
        return decode(data, **facts)

    monkeypatch.setattr(storage, "decode_picture", meanwhile)
    read()
    assert again(first).state == State.WITHDRAWN
    assert not KycDocument.objects.exists()
    assert not KycUpload.objects.occupying(NOON).exists()


@pytest.mark.usefixtures("quick_reader")
def test_document_of_the_issuer_replaces_the_upload(agent_with_profile: Agent) -> None:
    """A signed Aadhaar that comes meanwhile is newer than the unread photos of it."""
    front, back = accept(agent_with_profile), accept(agent_with_profile, BACK)
    pan = accept(agent_with_profile, PAN)
    signed_documents.save_aadhaar(agent_with_profile)
    assert [again(each).state for each in (front, back, pan)] == ["WITHDRAWN"] * 2 + ["WAITING"]


@pytest.mark.usefixtures("quick_reader")
def test_everything_is_checked_again_after_reading(agent_with_profile: Agent) -> None:
    """A case that was submitted meanwhile takes no document; the upload says why."""
    upload = accept(agent_with_profile)
    taken = reading.take_next(now=NOON)
    assert taken is not None
    KycCase.objects.filter(agent=agent_with_profile).update(state="PARTIAL")
    KycCase.objects.filter(agent=agent_with_profile).update(state="IN_REVIEW")
    card = card_reader.ReadCard(b"picture", masked=True)
    reading._finish(taken, reading.ReadingResult(card=card), at=NOON)
    assert (again(upload).state, again(upload).code) == (State.REFUSED, "documents_locked")


@pytest.mark.usefixtures("quick_reader")
def test_digits_of_two_unread_sides_are_compared(agent_with_profile: Agent) -> None:
    """The back takes its digits from the front that is still unread, whichever is read first."""
    factories.put_document(agent_with_profile, FRONT)
    accept(agent_with_profile, FRONT, last_four="8888")
    with pytest.raises(services.LastFourDiffers):
        accept(agent_with_profile, BACK, last_four="4321")
    assert accept(agent_with_profile, BACK, last_four="").last_four == "8888"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick_reader")
def test_no_database_work_while_a_card_is_read(monkeypatch: Any) -> None:
    """While the sandbox works the worker is in no transaction and has no connection."""
    agent = factories.with_profile(make_agent("Nila"))
    accept(agent)
    seen: list[bool] = []
    decode = storage.decode_picture

    def look(data: bytes, **facts: Any) -> bytes:
        seen.append(connection.connection is None and not connection.in_atomic_block)
        return decode(data, **facts)

    monkeypatch.setattr(storage, "decode_picture", look)
    tasks.read_next_upload()
    assert seen == [True]
    assert KycUpload.objects.get().state == State.READ


@pytest.mark.django_db(transaction=True)
def test_lease_is_renewed_while_the_worker_lives() -> None:
    """A reader that takes longer than the lease keeps its upload; one that lost it does not."""
    agent = factories.with_profile(make_agent("Nila"))
    accept(agent)
    taken = reading.take_next(now=NOON)
    assert taken is not None
    renewed = threading.Event()

    def clock() -> datetime:
        renewed.set()
        return NOON + timedelta(hours=1)

    with leases.renewing(
        KycUpload.objects.held_by(taken), lease=timedelta(milliseconds=30), clock=clock
    ):
        assert renewed.wait(DEADLINE_SECONDS)
    assert again(taken).next_try_at > NOON + timedelta(minutes=59)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run in threads that start together; a refusal is returned as a result."""
    start = threading.Barrier(len(acts), timeout=DEADLINE_SECONDS)

    def one(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Refusal as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_parallel_uploads_of_a_kind_leave_one() -> None:
    """Of eight parallel uploads of the same kind one is unread, and one original is left."""
    agent = factories.with_profile(make_agent("Nila"))
    at_once(*[lambda: accept(agent)] * 8)
    assert KycUpload.objects.unread().count() == 1
    assert KycUpload.objects.count() == 8
    assert StoredFile.objects.filter(purpose=quarantine.PURPOSE).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick_reader")
def test_parallel_upload_and_submission() -> None:
    """Either the submission comes first, or the upload: never a document added under review."""
    agent = factories.with_profile(make_agent("Nila"))
    for kind in (FRONT, BACK, PAN):
        factories.put_document(agent, kind)
    accepted, submitted = at_once(
        lambda: accept(agent),
        lambda: services.submit_documents(agent=agent, by=agent.user, at=NOON),
    )
    outcomes = (accepted, submitted)
    assert (accepted is services.DocumentsLocked) != (submitted is services.DocumentUnread), (
        outcomes
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick_reader")
def test_parallel_workers_read_an_upload_once(settings: Any) -> None:
    """Four workers with four places and one upload: one document."""
    settings.HITOUCH_CARD_READERS = 4
    agent = factories.with_profile(make_agent("Nila"))
    accept(agent)
    found = at_once(*[read] * 4)
    assert sum(each is not None for each in found) == 1
    assert KycDocument.objects.count() == 1


@pytest.mark.usefixtures("quick_reader")
def test_queries_of_reading(agent_with_profile: Agent, kabir: Agent) -> None:
    """Reading one upload needs as many queries however many are waiting."""
    counts = []
    for waiting in ((), (BACK, PAN)):
        for kind in waiting:
            accept(kabir, kind)
        accept(agent_with_profile, FRONT, at=NOON - timedelta(minutes=1))
        with CaptureQueriesContext(connection) as queries:
            read()
        counts.append(len(queries))
    assert max(counts) <= 45
