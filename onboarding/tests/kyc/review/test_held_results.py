"""Hand masking: a result to look at, its confirmation, and the second look."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from PIL import Image, ImageDraw, ImageFont

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_staff
from hitouch.core import sandbox
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding.demo import cards
from onboarding.kyc import card_reader, held_pictures
from onboarding.kyc.review import hand_masking
from onboarding.models import KycDocument, KycHeldPicture
from onboarding.tests import factories
from onboarding.tests.conftest import problem
from tests.support.waiting import DEADLINE_SECONDS

State = KycHeldPicture.State
API = "/api/v1/staff/held-pictures/"
REDACT = card_reader.redact_boxes
CORNER = [[0.0, 0.0, 0.1, 0.1]]


@cache
def redact(kind: str, picture: bytes, boxes: str) -> card_reader.ReadCard:
    """What OCR reads on a photo with covered boxes; it takes seconds, and is the same each time."""
    return REDACT(kind=kind, picture=picture, boxes=json.loads(boxes))


@pytest.fixture(autouse=True)
def reads_once(monkeypatch: Any) -> Iterator[None]:
    """The reader is the real one, and reads each result once for all tests of this file."""
    monkeypatch.setattr(
        card_reader,
        "redact_boxes",
        lambda *, kind, picture, boxes, both_sides=False: redact(kind, picture, json.dumps(boxes)),
    )
    with sandbox.without_deadline():
        yield


def hold(agent: Agent, picture: bytes, *, shows_number: bool = False) -> KycHeldPicture:
    """A photo of Nila's Aadhaar that is held, whatever is on it."""
    blank = factories.blank_picture()
    document = factories.put_document(agent, "AADHAAR_FRONT", card=blank)
    KycHeldPicture.objects.all().delete()
    StoredFile.objects.filter(purpose=held_pictures.PURPOSE).delete()
    return held_pictures.hold_picture(
        document=document, picture=picture, at=NOON, shows_number=shows_number
    )


@pytest.fixture
def plain(agent_with_profile: Agent) -> KycHeldPicture:
    """A held photo on which OCR reads nothing."""
    return hold(agent_with_profile, factories.blank_picture().picture)


@pytest.fixture
def card(agent_with_profile: Agent) -> KycHeldPicture:
    """A held photo with a plain number that OCR reads."""
    holder = factories.demo_agents.holder(agent_with_profile)
    return hold(agent_with_profile, cards.card("AADHAAR_FRONT", holder), shows_number=True)


def mask(held: KycHeldPicture, by: User, boxes: Any = CORNER) -> KycHeldPicture:
    """Mask these boxes, and let the worker read the result."""
    hand_masking.mask_by_hand(held=held, boxes=boxes, by=by, at=NOON)
    return factories.read_result()


def propose_unmasked(held: KycHeldPicture, by: User) -> KycHeldPicture:
    """Say that there is no number, and let the worker read the photo."""
    hand_masking.accept_unmasked(held=held, by=by, at=NOON)
    return factories.read_result()


def compare(held: KycHeldPicture, by: User) -> KycHeldPicture:
    """Open the original and the result, as they are now."""
    row = KycHeldPicture.objects.with_agent().get(pk=held.pk)
    held_pictures.open_original(held=row, by=by, at=NOON)
    held_pictures.open_result(held=row, by=by, at=NOON)
    return row


def code_of(act: Callable[[], Any]) -> str:
    """The code of a refusal, or an empty text."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


def test_a_box_in_the_corner_decides_nothing(
    plain: KycHeldPicture, reviewer: User, second_reviewer: User
) -> None:
    """Where OCR reads no number, one person's click keeps the original held."""
    mask(plain, reviewer)
    document = KycDocument.objects.get(pk=plain.document_id)
    assert (document.file, document.is_held) == (None, True)
    row = held_pictures.confirm_result(held=compare(plain, reviewer), by=reviewer, at=NOON)
    assert (row.state, row.file is not None) == (State.SECOND_LOOK, True)
    again = {"held": compare(plain, reviewer), "by": reviewer, "at": NOON}
    assert code_of(lambda: held_pictures.confirm_result(**again)) == "second_look"
    seen = compare(plain, second_reviewer)
    held_pictures.confirm_result(held=seen, by=second_reviewer, at=NOON)
    document.refresh_from_db()
    assert document.file is not None
    ended = KycHeldPicture.objects.get(pk=plain.pk)
    assert (ended.state, ended.file, ended.result, ended.by) == (
        State.ENDED, None, None, second_reviewer
    )  # fmt: skip
    assert document.file.purpose == held_pictures.DOCUMENT_PURPOSE
    assert list(ended.events.order_by("id").values_list("became", flat=True)) == [
        "READING", "RESULT", "SECOND_LOOK", "ENDED"
    ]  # fmt: skip


def test_one_person_suffices_where_ocr_read_the_number(
    card: KycHeldPicture, reviewer: User, django_capture_on_commit_callbacks: Any
) -> None:
    """OCR reads the number on the original and none on the result: no second look is needed."""
    result = mask(card, reviewer, [[0.2, 0.7, 0.4, 0.18]])
    assert not result.needs_second_look
    with django_capture_on_commit_callbacks(execute=True):
        held_pictures.confirm_result(held=compare(card, reviewer), by=reviewer, at=NOON)
    assert KycHeldPicture.objects.get().state == State.ENDED
    assert not StoredFile.objects.filter(
        purpose__in=[held_pictures.PURPOSE, held_pictures.RESULT_PURPOSE]
    ).exists()


def test_a_number_with_one_digit_too_many_is_a_number(
    agent_with_profile: Agent, reviewer: User
) -> None:
    """Digits that OCR read but could not count are neither "no number" nor masked by a corner."""
    picture = Image.new("RGB", (700, 300), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(48)
    pen.text((60, 60), "Government of India", "black", font)
    pen.text((60, 180), "1 7334 7002 6073", "black", font)
    held = hold(agent_with_profile, cards.jpeg(picture))
    for row in (propose_unmasked(held, reviewer), mask(held, reviewer)):
        assert (row.state, row.refusal_code) == (State.HELD, "still_readable")


def test_no_number_is_refused_on_a_plain_number(card: KycHeldPicture, reviewer: User) -> None:
    """When OCR has read a number, nobody can say that there is none, and nothing is read again."""
    with pytest.raises(hand_masking.StillReadable):
        hand_masking.accept_unmasked(held=card, by=reviewer, at=NOON)
    assert KycHeldPicture.objects.get().state == State.HELD


def test_confirming_needs_both_pictures(
    plain: KycHeldPicture, reviewer: User, second_reviewer: User
) -> None:
    """Whoever confirms has opened the original and this very result."""
    propose_unmasked(plain, reviewer)
    confirm = {"held": plain, "at": NOON}
    assert code_of(lambda: held_pictures.confirm_result(**confirm, by=reviewer)) == "not_seen"
    compare(plain, reviewer)
    mask(plain, reviewer)
    assert code_of(lambda: held_pictures.confirm_result(**confirm, by=reviewer)) == "not_seen"
    compare(plain, reviewer)
    held_pictures.confirm_result(**confirm, by=reviewer)
    second = {**confirm, "by": second_reviewer}
    assert code_of(lambda: held_pictures.confirm_result(**second)) == "not_seen"
    viewed = AuditEvent.objects.filter(action="documents.result_viewed")
    assert {event.new["purpose"] for event in viewed} == {"MASKING"}


def test_the_second_person_can_say_no(
    plain: KycHeldPicture, reviewer: User, second_reviewer: User, staff_client: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    """A discarded result is destroyed, and the photo has to be masked again."""
    url = f"{API}{plain.pk}/"
    assert problem(staff_client(reviewer).post(f"{url}confirm/")) == (409, "no_result")
    assert problem(staff_client(reviewer).get(f"{url}result/")) == (409, "no_result")
    propose_unmasked(plain, reviewer)
    confirm = staff_client(second_reviewer).post(f"{url}confirm/")
    assert problem(confirm) == (409, "result_of_another")
    held_pictures.confirm_result(held=compare(plain, reviewer), by=reviewer, at=NOON)
    assert code_of(lambda: mask(plain, second_reviewer)) == "second_look"
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff_client(second_reviewer).post(f"{url}discard/")
    assert answer.json()["state"] == "HELD"
    assert not StoredFile.objects.filter(purpose=held_pictures.RESULT_PURPOSE).exists()
    assert StoredFile.objects.filter(purpose=held_pictures.PURPOSE).exists()


def test_own_photo_is_refused(plain: KycHeldPicture, reviewer: User, staff_client: Any) -> None:
    """Nobody looks at, confirms or discards a result of their own photo."""
    propose_unmasked(plain, reviewer)
    own = make_staff("Tara", "reviewer")
    Agent.objects.filter(pk=plain.document.case.agent_id).update(user=own)
    client, url = staff_client(own), f"{API}{plain.pk}/"
    answers = [client.get(f"{url}result/"), *(client.post(f"{url}{verb}/") for verb in
               ("confirm", "discard", "no-number"))]  # fmt: skip
    assert {problem(answer) for answer in answers} == {(409, "own_documents")}


def test_results_are_for_reviewers(
    plain: KycHeldPicture, reviewer: User, staff_without_role: User, agent_client: Any,
    staff_client: Any, client: Any,
) -> None:  # fmt: skip
    """Agents, staff without the role and nobody have no access to results."""
    propose_unmasked(plain, reviewer)
    agent = plain.document.case.agent
    for who in (agent_client(agent), staff_client(staff_without_role), client):
        for answer in (
            who.get(f"{API}{plain.pk}/result/"),
            who.post(f"{API}{plain.pk}/confirm/"),
            who.post(f"{API}{plain.pk}/discard/"),
        ):
            assert answer.status_code in (401, 403)


def test_a_waiting_result_is_destroyed_within_the_day(
    plain: KycHeldPicture, reviewer: User, django_capture_on_commit_callbacks: Any
) -> None:
    """A result that nobody confirmed goes with its original, and a new photo is requested."""
    propose_unmasked(plain, reviewer)
    held_pictures.confirm_result(held=compare(plain, reviewer), by=reviewer, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        assert held_pictures.destroy_held(at=NOON + timedelta(hours=23, minutes=50)) == 1
    ended = KycHeldPicture.objects.get()
    assert (ended.state, ended.end) == (State.ENDED, "OUT_OF_TIME")
    assert not StoredFile.objects.filter(
        purpose__in=[held_pictures.PURPOSE, held_pictures.RESULT_PURPOSE]
    ).exists()


def test_results_left_by_a_crash_are_destroyed(plain: KycHeldPicture) -> None:
    """A stored result without a row goes with the sweep."""
    lost = storage.store_bytes(
        b"x", name="r.jpg", content_type="image/jpeg", purpose=held_pictures.RESULT_PURPOSE
    )
    StoredFile.objects.filter(pk=lost.pk).update(created_at=NOON - timedelta(days=2))
    held_pictures.destroy_held(at=NOON)
    assert not StoredFile.objects.filter(pk=lost.pk).exists()


def test_the_database_refuses_shortcuts(plain: KycHeldPicture, reviewer: User) -> None:
    """No undeclared transition, no end without its state, and no result without its maker."""
    rows = KycHeldPicture.objects.filter(pk=plain.pk)
    for changes in ({"state": "SECOND_LOOK"}, {"state": "ENDED"}, {"result_id": plain.file_id}):
        with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
            rows.update(**changes)


@pytest.mark.django_db(transaction=True)
def test_confirming_races(plain: KycHeldPicture, reviewer: User, second_reviewer: User) -> None:
    """Of a confirmation, a refusal and a new photo at the same moment exactly one is done."""
    propose_unmasked(plain, reviewer)
    held_pictures.confirm_result(held=compare(plain, reviewer), by=reviewer, at=NOON)
    compare(plain, second_reviewer)
    acts = (
        held_pictures.confirm_result, held_pictures.discard_result, held_pictures.confirm_result,
        held_pictures.request_another,
    )  # fmt: skip
    barrier = Barrier(len(acts), timeout=DEADLINE_SECONDS)

    def run(act: Callable[..., Any]) -> bool:
        row = KycHeldPicture.objects.with_agent().get(pk=plain.pk)
        barrier.wait()
        try:
            act(held=row, by=second_reviewer, at=NOON)
            return True
        except (Refusal, InvalidTransition):
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        done = list(pool.map(run, acts))
    row, document = KycHeldPicture.objects.get(), KycDocument.objects.get(pk=plain.document_id)
    assert (document.file is not None) == (row.end == "NO_NUMBER")
    assert done.count(True) in (1, 2)  # after a refusal a new photo may still be requested
    if row.end == "NO_NUMBER":
        assert done == [True, False, False, False] or done == [False, False, True, False]
