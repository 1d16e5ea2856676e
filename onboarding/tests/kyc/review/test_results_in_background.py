"""Reading the results of hand masking in the background: turns, leases, races, what is shown."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from conftest import NOON, make_agent
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.files.stores.base import RETRY_AFTER
from hitouch.core.models import StoredFile
from onboarding import tasks
from onboarding.demo import agents
from onboarding.kyc import card_reader, held_pictures, reading, uploads
from onboarding.kyc.review import hand_masking, referrals
from onboarding.kyc.review import services as review
from onboarding.models import KycHeldPicture, KycUpload
from onboarding.tests import factories
from onboarding.tests.conftest import problem
from onboarding.tests.support.review_desk import Desk
from tests.support.private_files import lost_store
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db
State = KycHeldPicture.State
API = "/api/v1/staff/held-pictures/"
CORNER = [[0.0, 0.0, 0.1, 0.1]]
BOX = {"form-0-left": "20", "form-0-top": "20", "form-0-width": "20.5", "form-0-height": "20"}
HEAD = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
MASKED = card_reader.ReadCard(b"result", masked=True)
READABLE = card_reader.ReadCard(b"result", masked=False)
FAILED = card_reader.ReadCard(b"", masked=False, was_read=False)


@pytest.fixture
def held(desk: Desk) -> KycHeldPicture:
    """The front of a case under review is pending redaction."""
    front, picture = desk.document("AADHAAR_FRONT"), b"the original"
    return held_pictures.hold_picture(document=front, picture=picture, at=NOON, shows_number=True)


@pytest.fixture(autouse=True)
def reader(monkeypatch: Any) -> Callable[[card_reader.ReadCard], None]:
    """The reader, which answers at once; by default the result is masked."""

    def answer(card: card_reader.ReadCard) -> None:
        monkeypatch.setattr(card_reader, "redact_boxes", lambda **facts: card)

    answer(MASKED)
    return answer


def propose(held: KycHeldPicture, by: User) -> KycHeldPicture:
    return hand_masking.mask_by_hand(held=held, boxes=CORNER, by=by, at=NOON)


def code_of(act: Callable[[], Any]) -> str:
    """The code of a refusal, or an empty text."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


def page(name: str, held: KycHeldPicture) -> str:
    return reverse(f"admin:onboarding_kycheldpicture_{name}", args=[held.pk])


def test_nothing_is_read_in_the_request(
    held: KycHeldPicture, reviewer: User, staff_client: Any, monkeypatch: Any
) -> None:
    """Page and API answer at once; the page says what it waits for, and the API where to ask."""

    def never(**facts: Any) -> Any:
        raise AssertionError("the reader was called in the request")

    monkeypatch.setattr(card_reader, "redact_boxes", never)
    monkeypatch.setattr(card_reader, "read_picture", never)
    client = staff_client(reviewer)
    shown = client.post(page("save", held), HEAD | BOX, follow=True).content.decode()
    assert "Reading the result" in shown
    assert f'data-ask="{page("mask", held)}"' in shown
    row = client.get(f"{API}{held.pk}/").json()
    assert (row["state"], row["boxes"]) == ("READING", [[0.2, 0.2, 0.205, 0.2]])
    again = client.post(f"{API}{held.pk}/no-number/")
    assert problem(again) == (409, "being_read")
    KycHeldPicture.objects.update(state=State.HELD, shows_number=False)
    answer = client.post(f"{API}{held.pk}/no-number/")
    assert (answer.status_code, answer["Location"]) == (202, f"{API}{held.pk}/")


def test_result_is_shown_when_it_was_read(
    held: KycHeldPicture, reviewer: User, staff_client: Any
) -> None:
    """After the task the page shows the result to confirm. One person suffices: OCR had read it."""
    propose(held, reviewer)
    tasks.read_next_result()
    assert "Confirm, and delete the original" in (
        staff_client(reviewer).get(page("mask", held)).content.decode()
    )
    row = KycHeldPicture.objects.get()
    assert (row.state, row.needs_second_look, row.next_try_at) == (State.RESULT, False, None)
    assert [event.became for event in row.events.order_by("id")] == ["READING", "RESULT"]
    tasks.read_next_result()  # nothing is due any more


@pytest.mark.parametrize(
    ("card", "readings", "code"),
    [(READABLE, 1, "still_readable"), (FAILED, 2, "picture_not_read")],
)
def test_refused_result_keeps_the_boxes(
    held: KycHeldPicture, reviewer: User, staff_client: Any, reader: Any,
    card: card_reader.ReadCard, readings: int, code: str,
) -> None:  # fmt: skip
    """A refusal is shown above the boxes that were drawn; a failed reader tries once more."""
    client = staff_client(reviewer)
    client.post(page("save", held), HEAD | BOX)
    reader(card)
    for _ in range(readings):
        assert KycHeldPicture.objects.get().state == State.READING
        factories.read_result()
    row = client.get(f"{API}{held.pk}/").json()
    assert (row["state"], row["code"], row["result"]) == ("HELD", code, "")
    shown = client.get(page("mask", held)).content.decode()
    assert row["detail"] in shown
    assert 'value="20.5"' in shown
    assert not StoredFile.objects.filter(purpose=held_pictures.RESULT_PURPOSE).exists()
    reader(MASKED)
    propose(held, reviewer)
    done = factories.read_result()
    assert (done.state, done.refusal_code) == (State.RESULT, "")


def test_second_proposal_waits_for_the_first(
    held: KycHeldPicture, reviewer: User, second_reviewer: User, staff_client: Any
) -> None:
    """While a result is read no other is proposed; what the second person drew is kept."""
    propose(held, reviewer)
    refused = staff_client(second_reviewer).post(page("save", held), HEAD | BOX)
    assert refused.status_code == 422
    assert "is being read" in refused.content.decode()
    assert 'value="20.5"' in refused.content.decode()
    assert factories.read_result().result_by == reviewer


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_the_same_moment(
    held: KycHeldPicture, reviewer: User, second_reviewer: User
) -> None:
    """Of two proposals at the same moment one is taken."""
    barrier = Barrier(2, timeout=DEADLINE_SECONDS)

    def run(by: User) -> str:
        row = KycHeldPicture.objects.with_agent().get()
        barrier.wait()
        try:
            return code_of(lambda: propose(row, by))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(run, (reviewer, second_reviewer)))
    assert sorted(codes) == ["", "being_read"]


def test_killed_worker_is_replaced(held: KycHeldPicture, reviewer: User) -> None:
    """After the lease another worker reads; what the first one finds later is discarded."""
    propose(held, reviewer)
    dead = hand_masking.take_next(now=NOON)
    assert dead is not None
    early = NOON + hand_masking.LEASE - timedelta(seconds=1)
    assert hand_masking.read_next(clock=lambda: early) is None
    factories.read_result(NOON + hand_masking.LEASE)
    hand_masking._record(dead, READABLE, at=NOON + hand_masking.LEASE)
    assert KycHeldPicture.objects.get().state == State.RESULT


def test_worker_of_an_earlier_proposal_changes_nothing(
    held: KycHeldPicture, reviewer: User
) -> None:
    """A result of other boxes is not taken for that of the boxes drawn since."""
    propose(held, reviewer)
    late = hand_masking.take_next(now=NOON)
    assert late is not None
    hand_masking._record(late, READABLE, at=NOON)
    new = NOON + timedelta(seconds=5)
    hand_masking.mask_by_hand(held=held, boxes=[[0, 0, 1, 1]], by=reviewer, at=new)
    assert hand_masking.take_next(now=new) is not None
    hand_masking._record(late, MASKED, at=new)
    assert KycHeldPicture.objects.get().state == State.READING


def test_photo_that_kills_its_reader_is_given_back(held: KycHeldPicture, reviewer: User) -> None:
    """After three readers that died the reviewer can try again, or ask for a new photo."""
    propose(held, reviewer)
    for n in range(KycHeldPicture.MOST_TRIES):
        assert hand_masking.take_next(now=NOON + n * hand_masking.LEASE) is not None
    row = factories.read_result(NOON + KycHeldPicture.MOST_TRIES * hand_masking.LEASE)
    assert (row.state, row.refusal_code) == (State.HELD, "picture_not_read")


def test_damaged_original_is_refused(
    held: KycHeldPicture, reviewer: User, monkeypatch: Any
) -> None:
    """A file that cannot be opened is a refusal, and not tried for ever."""

    def damaged(stored: StoredFile) -> bytes:
        raise OSError

    propose(held, reviewer)
    monkeypatch.setattr(storage, "read", damaged)
    assert factories.read_result().refusal_code == "picture_not_read"


def test_photo_that_was_replaced_meanwhile(
    held: KycHeldPicture, reviewer: User, django_capture_on_commit_callbacks: Any
) -> None:
    """The result is discarded, and the worker counts as busy until it has finished."""
    propose(held, reviewer)
    taken = hand_masking.take_next(now=NOON)
    assert taken is not None
    with django_capture_on_commit_callbacks(execute=True):
        held_pictures.request_another(held=held, by=reviewer, at=NOON)
    assert KycHeldPicture.objects.occupying(NOON).exists()
    hand_masking._record(taken, MASKED, at=NOON)
    assert not KycHeldPicture.objects.occupying(NOON).exists()
    assert KycHeldPicture.objects.get().state == State.ENDED
    assert not StoredFile.objects.filter(purpose=held_pictures.RESULT_PURPOSE).exists()


def test_reviewer_who_lost_access_meanwhile(desk: Desk, held: KycHeldPicture) -> None:
    """When the case was passed on to seniors, no result by others comes of it."""
    propose(held, desk.second)
    review.claim_case(case=desk.case, by=desk.reviewer, at=NOON)
    referrals.refer_case(
        case=desk.case, kind="SENIOR", note="The stamp looks wrong.", by=desk.reviewer, at=NOON
    )
    row = factories.read_result()
    assert (row.state, row.refusal_code) == (State.HELD, "senior_required")


def test_cards_and_results_take_turns(held: KycHeldPicture, reviewer: User, bring: Any) -> None:
    """The result shares the readers of uploads: what has been due longest is next."""
    kabir = bring(make_agent("Kabir"), "profile")
    uploads.accept_upload(
        agent=kabir, kind="AADHAAR_FRONT", upload=agents.picture("doc"), last_four="4321",
        at=NOON - timedelta(seconds=1),
    )  # fmt: skip
    propose(held, reviewer)
    assert hand_masking.take_next(now=NOON) is None
    upload = reading.take_next(now=NOON)
    assert upload is not None
    assert hand_masking.take_next(now=NOON) is None, "the reader is busy"
    KycUpload.objects.filter(pk=upload.pk).delete()
    assert hand_masking.take_next(now=NOON) is not None
    assert reading.take_next(now=NOON) is None


def test_result_that_waits_for_its_time_occupies_no_reader(
    held: KycHeldPicture, reviewer: User
) -> None:
    """A result that is due later, as while the file store is down, holds up nobody else's card."""
    propose(held, reviewer)
    later = NOON + timedelta(minutes=1)
    KycHeldPicture.objects.update(next_try_at=later)
    assert not KycHeldPicture.objects.occupying(NOON).exists()
    assert hand_masking.take_next(now=NOON) is None
    assert hand_masking.take_next(now=later) is not None
    assert KycHeldPicture.objects.occupying(later).exists()


def test_result_that_nobody_reads_is_destroyed_within_the_day(
    held: KycHeldPicture, reviewer: User, django_capture_on_commit_callbacks: Any
) -> None:
    """Without a worker for a day the original goes all the same."""
    propose(held, reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        assert held_pictures.destroy_held(at=NOON + timedelta(hours=23, minutes=50)) == 1
    assert not StoredFile.objects.filter(purpose=held_pictures.PURPOSE).exists()
    assert hand_masking.read_next(clock=lambda: NOON + timedelta(days=1)) is None


def test_strangers_propose_nothing(
    held: KycHeldPicture, staff_without_role: User, agent_client: Any, staff_client: Any,
    client: Any,
) -> None:  # fmt: skip
    """Agents, staff without the role, nobody, and one's own photo: nothing is proposed."""
    agent = held.document.case.agent
    url = f"{API}{held.pk}/"
    for who in (agent_client(agent), staff_client(staff_without_role), client):
        answers = [who.get(url), who.post(f"{url}mask/"), who.post(f"{url}no-number/")]
        assert {answer.status_code for answer in answers} <= {401, 403}
        assert who.get(page("mask", held)).status_code in (302, 403)
        assert who.post(page("save", held), HEAD | BOX).status_code in (302, 403)
    assert code_of(lambda: propose(held, agent.user)) == "own_documents"
    assert KycHeldPicture.objects.get().state == State.HELD


def test_a_lost_file_store_is_no_try(held: KycHeldPicture, reviewer: User) -> None:
    """Original or result: the proposal waits as long as it takes, and is not refused."""
    propose(held, reviewer)
    with lost_store():
        for number in range(2 * KycHeldPicture.MOST_TRIES):
            assert hand_masking.read_next(clock=partial(NOON.__add__, number * RETRY_AFTER))
    held.refresh_from_db()
    assert (held.state, held.refusal_code) == (State.READING, "")
    hand_masking.read_next(clock=lambda: NOON + timedelta(hours=1))
    held.refresh_from_db()
    assert held.state == State.RESULT
    assert storage.read(held.result) == b"result"
