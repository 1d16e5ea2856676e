"""Submitting and resubmitting work, on pages and over the API."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from conftest import NOON
from gigs.models import Work
from gigs.queries import work as work_queries
from gigs.services import deliverables
from gigs.services import work as services
from gigs.tests.conftest import (
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
from hitouch.core import sandbox
from hitouch.core.db import state_machine
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding import files
from onboarding.demo import cards
from onboarding.kyc import card_reader


@pytest.fixture
def gig(asha: Any, fixed: Any) -> Any:
    return hire(asha, fixed)


@pytest.fixture
def hourly(asha: Any, opportunity: Any) -> Any:
    return hire(asha, opportunity)


def hand_in(gig: Any, **facts: Any) -> Work:
    return services.submit_work(
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
    assert files.cover_full_aadhaar_in(storage.read(deliverable.file)) is None


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


def test_file_that_cannot_be_read_stays_unseen(gig: Any, monkeypatch: Any) -> None:
    """When reading fails the file is tried again later, and is not shown meanwhile."""
    short = replace(card_reader.OCR_LIMITS, patience_seconds=0.001)
    monkeypatch.setattr(card_reader, "OCR_LIMITS", short)
    photo = SimpleUploadedFile("a.jpg", cards.jpeg(Image.new("RGB", (300, 200), "white")))
    deliverable = hand_in(gig, uploads=[photo]).deliverables.get()
    check_pictures(deliverable)
    deliverable.refresh_from_db()
    assert not deliverable.is_checked
    assert (deliverable.tries, deliverable.next_try_at) == (1, NOON + deliverables.WAITS[0])


def check_pictures(deliverable: Any) -> None:
    deliverables.check_pictures(deliverable_id=str(deliverable.pk), clock=lambda: NOON)


def check_until_done(deliverable: Any) -> None:
    with sandbox.without_deadline():
        check_pictures(deliverable)
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
    with pytest.raises(services.NothingHandedIn):
        services.submit_work(gig=gig, summary=" ", by=asha.user, at=NOON)


@pytest.mark.parametrize("url_name", ["gigs:submit-rework", "api:gigs:submit-rework"])
def test_resubmission(url_name: str, asha: Any, gig: Any, owner: Any, browser: Any):
    """A resubmission keeps earlier deliverables and restarts the seven days."""
    work = hand_in(gig, links=["https://a.example/1"], at=NOON - DAY)
    services.request_rework(work=work, member=owner, comment="More.", at=NOON)
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
    services.reject_work(
        work=work, member=gig.client.members.get(role="OWNER"), comment="No.", at=NOON
    )
    assert hand_in(gig)
