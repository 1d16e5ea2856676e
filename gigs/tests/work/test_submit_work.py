"""Submitting and resubmitting work, on pages and over the API."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from conftest import NOON
from gigs.models import Deliverable, Work
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    is_invalid,
    make_slot,
    message_of,
    post_to,
    problem,
    seat,
    work_hours,
)
from gigs.work import deliverables
from gigs.work import queries as work_queries
from gigs.work import services as work_services
from gigs.workspace import queries as workspace_queries
from hitouch.core import sandbox
from hitouch.core.db import state_machine
from hitouch.core.files import storage
from hitouch.core.files.stores.base import RETRY_AFTER
from hitouch.core.jobs import reading_queues
from hitouch.core.models import OutboxMessage, StoredFile
from onboarding import files
from onboarding.demo import cards
from onboarding.kyc import card_reader, uploads
from tests.support.private_files import lost_store


@pytest.fixture
def gig(asha: Any, fixed: Any) -> Any:
    return hire(asha, fixed)


@pytest.fixture
def hourly(asha: Any, opportunity: Any) -> Any:
    return hire(asha, opportunity)


def hand_in(gig: Any, **facts: Any) -> Work:
    return work_services.submit_work(
        gig=gig, summary="Done.", by=gig.agent.user, at=facts.pop("at", NOON), **facts
    )


def test_submit_on_the_page(asha: Any, gig: Any, browser: Any):
    """The page accepts links and files; the agent can download the file."""
    report = SimpleUploadedFile("report.txt", b"All fine.", "text/plain")
    facts = {"summary": "Scored.", "links": "https://a.example/1\nhttps://a.example/2"}
    page = browser(asha).post(
        reverse("gigs:submit-work", args=[gig.pk]), {**facts, "files": [report]}
    )
    work = asha.gigs.get().works.get()
    assert page.status_code == 302
    assert work.deliverables.count() == 3
    stored = work.deliverables.get(url="")
    answer = browser(asha).get(reverse("gigs:file", args=[work.pk, stored.pk]))
    assert b"".join(answer) == b"All fine."


@pytest.mark.parametrize("kind", ["txt", "pdf"])
def test_full_aadhaar_number_in_a_file_is_refused(
    asha: Any, gig: Any, browser: Any, kind: str
) -> None:
    """Page and API refuse a file whose text holds a full Aadhaar number, and store nothing."""
    sentence = "The customer's Aadhaar number is 2341 2341 2346, please call back."
    data = sentence.encode() if kind == "txt" else typst.compile(sentence.encode())

    def sent() -> dict[str, Any]:
        return {"summary": "Done.", "files": [SimpleUploadedFile(f"log.{kind}", data)]}

    page = browser(asha).post(reverse("gigs:submit-work", args=[gig.pk]), sent())
    assert "full Aadhaar number" in page.content.decode()
    answer = browser(asha).post(reverse("api:gigs:submit-work", args=[gig.pk]), sent())
    assert problem(answer) == (422, "full_aadhaar_number")
    assert not gig.works.exists()
    assert not StoredFile.objects.filter(purpose="deliverable").exists()


def test_aadhaar_number_on_a_picture_is_covered(asha: Any, gig: Any, browser: Any) -> None:
    """A picture is shown to nobody until it was read; then its Aadhaar number is covered."""
    holder = cards.CardHolder("Nila Das", NOON.date(), "234123412346")
    photo = SimpleUploadedFile("card.jpg", cards.card("AADHAAR_FRONT", holder))
    work = hand_in(gig, uploads=[photo])
    deliverable = work.deliverables.select_related("file").get()
    page = reverse("gigs:file", args=[work.pk, deliverable.pk])
    assert browser(asha).get(page).status_code == 404
    assert "checking this file" in browser(asha).get(work_page(work)).content.decode()
    original = deliverable.file
    before = storage.read(original)
    check_until_done(deliverable)
    deliverable.refresh_from_db()
    assert deliverable.file != original
    assert len(before) > 0
    assert browser(asha).get(page).status_code == 200
    assert files.cover_full_aadhaar_on(storage.read(deliverable.file), page=0).covered is None


def test_picture_without_a_number_stays(gig: Any) -> None:
    """Other numbers on a page, such as an order's, are no reason to change a file."""
    page = Image.new("RGB", (800, 300), "white")
    text = "Order 4021 7756 1093 came on 12/03/2024.\nCall 98765 43210"
    ImageDraw.Draw(page).text((40, 60), text, "black", ImageFont.load_default(32))
    out = BytesIO()
    page.save(out, "PDF")
    work = hand_in(gig, uploads=[SimpleUploadedFile("orders.pdf", out.getvalue())])
    deliverable = work.deliverables.get()
    check_until_done(deliverable)
    assert work.deliverables.get().file_id == deliverable.file_id


def pdf_of(*pages: Image.Image) -> SimpleUploadedFile:
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return SimpleUploadedFile("report.pdf", out.getvalue())


def test_pages_are_checked_one_by_one(gig: Any) -> None:
    """Each page of a PDF is a reading of its own; only the one with a number is replaced."""
    holder = cards.CardHolder("Nila Das", NOON.date(), "234123412346")
    card = Image.open(BytesIO(cards.card("AADHAAR_FRONT", holder))).convert("RGB")
    plain = Image.new("RGB", (120, 90), "white")
    upload = pdf_of(plain, card, plain.copy())
    deliverable = hand_in(gig, uploads=[upload]).deliverables.select_related("file").get()
    before = storage.read(deliverable.file)
    read = []
    with sandbox.without_deadline():
        while check_next():
            deliverable.refresh_from_db()
            read.append((deliverable.pages_checked, deliverable.is_checked))
    assert read == [(1, False), (2, False), (3, True)]
    after = storage.read(deliverable.file)
    pictures = [page_pictures(data) for data in (before, after)]
    assert pictures[0][0] == pictures[1][0]
    assert pictures[0][2] == pictures[1][2]
    assert not set(pictures[0][1]) & set(pictures[1][1])


def page_pictures(data: bytes) -> list[list[bytes]]:
    with pikepdf.open(BytesIO(data)) as document:
        return [
            [bytes(each.read_raw_bytes()) for each in page.get_images().values()]
            for page in document.pages
        ]


@pytest.fixture
def failed(gig: Any, monkeypatch: Any) -> Any:
    """A picture that could not be read in any attempt."""
    deliverable = hand_in(gig, uploads=[a_picture()]).deliverables.get()
    limits = card_reader.OCR_LIMITS
    monkeypatch.setattr(card_reader, "OCR_LIMITS", replace(limits, patience_seconds=0.001))
    at = NOON
    for wait in deliverables.WAITS:
        check_next(at)
        deliverable.refresh_from_db()
        assert not deliverable.is_checked
        assert deliverable.next_try_at == at + wait
        at += wait
    check_next(at)
    monkeypatch.setattr(card_reader, "OCR_LIMITS", limits)
    deliverable.refresh_from_db()
    return deliverable


def a_picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", cards.jpeg(Image.new("RGB", (300, 200), "white")))


def test_checking_a_file_ends(failed: Any, asha: Any, owner: Any, browser: Any) -> None:
    """After some attempts agent, client and staff are told that the file cannot be opened."""
    assert (failed.next_try_at, failed.is_checked) == (None, False)
    assert check_next(NOON + DAY) is None
    work = failed.work
    for user, name in ((asha, "gigs:work"), (owner.user, "gigs:client-work")):
        text = browser(user).get(reverse(name, args=[work.pk])).content.decode()
        assert "could not check this file" in text
        assert "while a file cannot be opened" in text
    for user, name in ((asha, "gigs:file"), (owner.user, "gigs:client-file")):
        url = reverse(name, args=[work.pk, failed.pk])
        assert browser(user).get(url).status_code == 404
    answer = browser(asha).get(reverse("api:gigs:work", args=[work.pk])).json()
    assert answer["deliverables"][0]["check"] == "FAILED"
    assert OutboxMessage.objects.filter(template="gigs/file_not_checked").exists()
    assert files_in_queue(NOON + DAY) == 1


def test_unseen_work_is_not_approved_automatically(failed: Any, staff_without_role: Any) -> None:
    """The client's seven days begin when all files of the submission can be opened."""
    work, late = failed.work, NOON + 30 * DAY
    assert not Work.objects.due_for_auto_approval(late).exists()
    assert not work_services.auto_approve(work=work, at=late).is_approved
    deliverables.check_again(deliverable=failed, by=staff_without_role, at=late)
    assert files_in_queue(late) == 0
    with sandbox.without_deadline():
        check_next(late)
    work.refresh_from_db()
    assert work.reviewable_at == late
    assert not work_services.auto_approve(work=work, at=late + 6 * DAY).is_approved
    assert work.auto_approved_at == late + 7 * DAY
    assert Work.objects.due_for_auto_approval(late + 7 * DAY).exists()


def test_only_a_failed_file_is_checked_again(failed: Any, staff_without_role: Any) -> None:
    """Asking twice is refused the second time."""
    staff = staff_without_role
    deliverables.check_again(deliverable=failed, by=staff, at=NOON)
    with pytest.raises(deliverables.NotFailed):
        deliverables.check_again(deliverable=failed, by=staff, at=NOON)


def test_a_file_that_waits_too_long_is_in_the_queue(gig: Any) -> None:
    """Staff see files that no worker has taken, also when no worker runs at all."""
    hand_in(gig, uploads=[a_picture()])
    assert files_in_queue(NOON) == 0
    assert files_in_queue(NOON + DAY) == 1


def test_file_that_kills_its_readers_is_given_up(gig: Any) -> None:
    """A worker that died with the file is replaced, but not for ever."""
    deliverable = hand_in(gig, uploads=[a_picture()]).deliverables.get()
    Deliverable.objects.filter(pk=deliverable.pk).update(tries=len(deliverables.WAITS) + 1)
    check_next()
    deliverable.refresh_from_db()
    assert deliverable.failed_at == NOON


def test_a_lost_file_store_is_no_try(asha: Any, gig: Any, browser: Any, monkeypatch: Any) -> None:
    """The file waits as long as it takes, is never given up for that, and is checked then."""
    checked = files.CheckedPage(pages=1, covered=b"covered")
    monkeypatch.setattr(files, "cover_full_aadhaar_on", lambda data, page: checked)
    deliverable = hand_in(gig, uploads=[a_picture()]).deliverables.get()
    at = NOON
    with lost_store():
        for _ in range(2 * len(deliverables.WAITS)):
            assert check_next(at)
            at += RETRY_AFTER
    assert check_next(at)
    deliverable.refresh_from_db()
    assert storage.read(deliverable.file) == b"covered"
    page = reverse("gigs:file", args=[deliverable.work_id, deliverable.pk])
    with lost_store():
        assert browser(asha).get(page).status_code == 503
    assert browser(asha).get(page).status_code == 200


def test_readers_are_shared_with_identity_documents(gig: Any, settings: Any) -> None:
    """While one page is read no other reader starts, and the row due longest is next."""
    settings.HITOUCH_CARD_READERS = 1
    deliverable = hand_in(gig, uploads=[a_picture()]).deliverables.get()
    assert not in_transaction(reading_queues.is_free, uploads.TASK)
    Deliverable.objects.filter(pk=deliverable.pk).update(
        taken_at=NOON, next_try_at=NOON + deliverables.LEASE
    )
    assert not in_transaction(reading_queues.is_free, deliverables.TASK)
    assert check_next() is None


def in_transaction(ask: Any, task: str) -> bool:
    with transaction.atomic():
        return bool(ask(task, now=NOON))


@pytest.mark.django_db(transaction=True)
def test_files_are_decoded_before_the_gig_is_locked(gig: Any, owner: Any, monkeypatch: Any) -> None:
    """Neither a lock nor a transaction is held while files are scanned and decoded."""
    seen = []
    real = storage.check_upload

    def watched(upload: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return real(upload)

    monkeypatch.setattr(storage, "check_upload", watched)
    work = hand_in(gig, uploads=[a_picture()])
    work_services.request_rework(work=work, member=owner, comment="More.", at=NOON)
    work.refresh_from_db()
    work_services.submit_rework(
        work=work, summary="More.", by=gig.agent.user, at=NOON, uploads=[a_picture()]
    )
    assert seen == [False, False]


def files_in_queue(at: Any) -> int:
    queues = {queue.label: queue.count for queue in workspace_queries.work_queues(now=at)}
    return queues["Files of submitted work that were not checked"]


def check_next(at: Any = NOON) -> Any:
    return deliverables.check_next(clock=lambda: at)


def check_until_done(deliverable: Any) -> None:
    with sandbox.without_deadline():
        while check_next():
            pass
    deliverable.refresh_from_db()
    assert deliverable.is_checked


def work_page(work: Any) -> str:
    return reverse("gigs:work", args=[work.pk])


def test_submit_over_the_api(asha: Any, gig: Any, browser: Any):
    """The API accepts a list of links and returns 201 with the work."""
    body = json.dumps({"summary": "Scored.", "links": ["https://a.example/1"]})
    answer = browser(asha).post(
        reverse("api:gigs:submit-work", args=[gig.pk]), body, content_type="application/json"
    )
    assert answer.status_code == 201
    assert answer.json()["gross_paise"] == 5_000_00
    assert answer.json()["deliverables"][0]["url"] == "https://a.example/1"


def test_invalid_link_is_refused(asha: Any, gig: Any, browser: Any):
    """Page and API name the field, and the page keeps the input."""
    page = post_to(
        browser(asha), "gigs:submit-work", gig.pk, summary="Scored.", links="javascript:1"
    )
    answer = post_to(
        browser(asha), "api:gigs:submit-work", gig.pk, summary="Scored.", links=["javascript:1"]
    )
    assert "Scored." in page.content.decode()
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/links"


def test_hours_are_submitted_once(asha: Any, hourly: Any):
    """Each session belongs to one work; later ones to the next."""
    first = seat(asha, make_slot(hourly.opportunity))
    work_hours(first, 3 * HOUR)
    work = hand_in(hourly, at=NOON + 4 * DAY)
    second = seat(asha, make_slot(hourly.opportunity, 5 * DAY))
    work_hours(second, HOUR)
    later = hand_in(hourly, at=NOON + 6 * DAY)
    assert work_queries.gross_of(work) == 900_00
    assert work_queries.gross_of(later) == 300_00


def nothing_worked(asha: Any, fixed: Any, opportunity: Any) -> Any:
    return hire(asha, opportunity)


def work_under_way(asha: Any, fixed: Any, opportunity: Any) -> Any:
    gig = hire(asha, fixed)
    hand_in(gig)
    return gig


def gig_not_active(asha: Any, fixed: Any, opportunity: Any) -> Any:
    gig = hire(asha, fixed)
    state_machine.transition(gig, to="COMPLETED", by=None, at=NOON)
    return gig


@pytest.mark.parametrize(
    "arrange", [nothing_worked, work_under_way, gig_not_active], ids=lambda f: f.__name__
)
def test_submission_is_refused(arrange: Any, asha: Any, fixed: Any, opportunity: Any, browser: Any):
    """Page and API refuse with the same message; the page keeps the input."""
    gig = arrange(asha, fixed, opportunity)
    before = gig.works.count()
    answer = post_to(browser(asha), "api:gigs:submit-work", gig.pk, summary="Mine.")
    page = post_to(browser(asha), "gigs:submit-work", gig.pk, summary="Mine.")
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)
    assert gig.works.count() == before


def test_summary_is_required(asha: Any, gig: Any, browser: Any):
    """Page, API and service require a summary."""
    assert is_invalid(post_to(browser(asha), "gigs:submit-work", gig.pk))
    assert is_invalid(post_to(browser(asha), "api:gigs:submit-work", gig.pk))
    with pytest.raises(work_services.NothingHandedIn):
        work_services.submit_work(gig=gig, summary=" ", by=asha.user, at=NOON)


@pytest.mark.parametrize("url_name", ["gigs:submit-rework", "api:gigs:submit-rework"])
def test_resubmission(url_name: str, asha: Any, gig: Any, owner: Any, browser: Any):
    """A resubmission keeps earlier deliverables and restarts the seven days."""
    work = hand_in(gig, links=["https://a.example/1"], at=NOON - DAY)
    work_services.request_rework(work=work, member=owner, comment="More.", at=NOON)
    assert post_to(browser(asha), url_name, work.pk, summary="More done.").status_code in (200, 302)
    work.refresh_from_db()
    assert (work.state, work.round, work.submitted_at) == ("REWORK_SUBMITTED", 2, NOON)


def test_resubmission_needs_requested_changes(asha: Any, gig: Any, browser: Any):
    """Only work with requested changes can be resubmitted."""
    work = hand_in(gig)
    answer = post_to(browser(asha), "api:gigs:submit-rework", work.pk, summary="More.")
    page = post_to(browser(asha), "gigs:submit-rework", work.pk, summary="More.")
    assert problem(answer) == (409, "wrong_state")
    assert answer.json()["detail"] in message_of(page)


@pytest.mark.parametrize("name", ["submit-work", "submit-rework", "file", "work"])
def test_other_agents_find_nothing(name: str, gig: Any, outsiders: Any):
    """Gigs, work and files of another agent are not found."""
    upload = SimpleUploadedFile("report.txt", b"All fine.", "text/plain")
    work = hand_in(gig, uploads=[upload])
    row = gig if name == "submit-work" else work
    ids = [row.pk, work.deliverables.get().pk] if name == "file" else [row.pk]
    verb = "get" if name in ("file", "work") else "post"
    url = reverse(f"gigs:{name}", args=ids)
    assert getattr(outsiders["another agent"], verb)(url).status_code == 404
    assert getattr(outsiders["another client"], verb)(url).status_code == 403
    assert getattr(outsiders["staff"], verb)(url).status_code == 403
    assert getattr(outsiders["nobody"], verb)(url).status_code == 302


@pytest.mark.parametrize("name", ["gig", "work"])
def test_other_agents_read_nothing_over_the_api(name: str, gig: Any, outsiders: Any, browser: Any):
    """The API returns work to its agent only."""
    row = gig if name == "gig" else hand_in(gig)
    url = reverse(f"api:gigs:{name}", args=[row.pk])
    assert outsiders["another agent"].get(url).status_code == 404
    assert outsiders["another client"].get(url).status_code == 403
    assert outsiders["nobody"].get(url).status_code == 401
    assert browser(gig.agent).get(url).json()["id"] == str(row.pk)


def test_a_fixed_price_is_earned_once(gig: Any):
    """The database refuses a second work unless the first was rejected."""
    work = hand_in(gig)
    with pytest.raises(IntegrityError), transaction.atomic():
        gig.works.create(pay_kind="FIXED", summary="Again.", submitted_at=NOON)
    work_services.reject_work(
        work=work, member=gig.client.members.get(role="OWNER"), comment="No.", at=NOON
    )
    assert hand_in(gig)
