"""A copy of one's own data, and of one's own files."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from accounts.tests.conftest import log_in_recently
from chatbot.conversations import services as conversations
from chatbot.desk import services as chatbot
from conftest import NOON, sign_in
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.privacy import data_subject
from tests.privacy.conftest import BORN, FAMILY, GIVEN, SECRETS, Scene, hand_in, hire
from tests.support.private_files import lost_store

pytestmark = pytest.mark.django_db
PAGE, API = "/account/data/download/", "/api/v1/me/export/"
FILES = ("/account/data/files/", "/api/v1/me/export/files/")


def test_page_offers_the_copy(browser: Browser) -> None:
    """One page says what can be had and leads to it."""
    page = browser.get("/account/data/").content.decode()
    assert PAGE in page
    assert FILES[0] in page


def test_page_and_api_give_the_same(browser: Browser) -> None:
    """A download that no cache keeps, readable by people and by programs."""
    answers = [browser.get(PAGE), browser.get(API)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"].startswith("attachment")
    page, api = (json.loads(answer.content) for answer in answers)
    assert page | {"made_at": ""} == api | {"made_at": ""}


def test_every_app_exports_its_data(browser: Browser, scene: Scene) -> None:
    """All that she told us is in it; numbers of documents and accounts are masked."""
    text = browser.get(API).content.decode()
    for told in (scene.user.email, scene.user.phone, GIVEN, FAMILY, BORN.isoformat(), *SECRETS):
        assert told in text, told
    told = json.loads(text)
    assert told["payments"][0]["net"]["paise"] > 0
    assert told["payments"][0]["net"]["rupees"].startswith("₹")
    assert told["bank_accounts"][0]["number"] == "•••• 1987"
    assert "501004321987" not in text
    assert told["tests"][0]["level"]
    assert len(told["tests"][0]["answers"]) > 5
    assert told["gigs"][0]["work"][0]["said_by_the_client"]
    assert {row["purpose"] for row in told["consents"]} == {"terms", "privacy", "recording", "news"}
    assert [row["outcome"] for row in told["log_ins"]]
    assert told["identity_documents"]["documents"]
    assert len(told["agreements"]) == 2
    assert told["about"]


def test_keys_of_the_test_stay_secret(browser: Browser) -> None:
    """Her answers are hers; the right ones are not told."""
    answers = json.loads(browser.get(API).content)["tests"][0]["answers"]
    assert set(answers[0]) == {"question", "answer", "recordings", "transcript"}


def test_questions_to_the_database_do_not_grow(scene: Scene) -> None:
    """Three times as many rows cost no more queries."""

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            data_subject.export(scene.user)
        return len(queries)

    asked()  # what Django looks up once is looked up now
    before = asked()
    for number in range(3):
        hand_in(scene.agent, hire(scene.agent, scene.owner, f"Gig {number}"))
        ticket = chatbot.open_ticket(user=scene.user, subject="More", text="More.", at=NOON)
        chatbot.reply(ticket=ticket, text="And more.", at=NOON)
        conversations.ask(user=scene.user, text="Again?", at=NOON)
    assert asked() == before
    assert before < 80


def test_archive_holds_her_own_files(browser: Browser, scene: Scene) -> None:
    """Photo, documents, pictures of the test and what was handed in, as they were given."""
    for address in FILES:
        answer = browser.get(address)
        assert answer["Cache-Control"] == "private, no-store"
        inside = zipfile.ZipFile(io.BytesIO(answer.content))
        tops = {name.split("/")[0] for name in inside.namelist()}
        assert tops == {"photo.jpg", "documents", "tests", "work"}
        handed_in = next(name for name in inside.namelist() if name.endswith("calls.txt"))
        assert inside.read(handed_in) == b"All calls scored."


def test_archive_names_what_it_leaves_out(browser: Browser, scene: Scene) -> None:
    """A file that is gone from the disk is told, and breaks nothing."""
    stored = scene.agent.__class__.objects.get(pk=scene.agent.pk).photo
    (Path(settings.HITOUCH_PRIVATE_FILES) / stored.pk.hex[:2] / stored.pk.hex).unlink()
    inside = zipfile.ZipFile(io.BytesIO(browser.get(FILES[0]).content))
    assert "photo.jpg" in inside.read("left-out.txt").decode()


@pytest.mark.parametrize(("page", "api"), [(PAGE, API), FILES])
def test_three_a_day(browser: Browser, page: str, api: str) -> None:
    """Page and API share one limit; the fourth request is told how long to wait."""
    assert browser.get(page).status_code == 200
    assert browser.get(api).status_code == 200
    assert browser.get(api).status_code == 200
    fourth = browser.get(api)
    assert (fourth.status_code, fourth.json()["code"]) == (429, "too_many_tries")
    assert fourth["Retry-After"]
    assert browser.get(page).url == "/account/data/"


def test_a_lost_file_store_costs_no_export(browser: Browser) -> None:
    """A sentence, and the three exports of the day are still there."""
    page, api = FILES
    with lost_store():
        for _ in range(3):
            assert browser.get(api).status_code == 503
            answer = browser.get(page, follow=True)
            assert StoreUnavailable.message in answer.content.decode()
    for _ in range(3):
        assert browser.get(FILES[0]).status_code == 200


@pytest.mark.parametrize("address", [PAGE, API, *FILES, "/account/data/"])
def test_an_export_needs_recent_authentication(scene: Scene, address: str) -> None:
    """A session that is not recently authenticated gets no data."""
    answer = sign_in(Browser(), scene.user).get(address)
    if address.startswith("/api/"):
        assert (answer.status_code, answer.json()["code"]) == (403, "proof_required")
    else:
        assert "/account/is-it-you/" in answer.url


@pytest.mark.parametrize("address", [PAGE, API, *FILES])
def test_others_get_their_own_data_or_nothing(ravi: Any, scene: Scene, address: str) -> None:
    """Another agent gets no data of hers; anonymous requests are refused."""
    content = log_in_recently(Browser(), ravi.user).get(address).content
    assert GIVEN.encode() not in content
    assert scene.user.email.encode() not in content
    answer = Browser().get(address)
    assert answer.status_code == (401 if address.startswith("/api/") else 302)


def test_staff_copy_knows_no_agent(scene: Scene, meera: Any) -> None:
    """Staff get what is known of themselves, also in the admin role."""
    told = log_in_recently(Browser(), meera).get(API).content.decode()
    assert scene.user.email not in told
    assert json.loads(told)["profile"] is None


def test_exports_are_audited(browser: Browser, scene: Scene) -> None:
    """Each copy leaves an audit event."""
    browser.get(PAGE)
    browser.get(FILES[1])
    acts = AuditEvent.objects.filter(on_id=str(scene.user.pk), action__contains="exported")
    assert {event.action for event in acts} == {
        "account.data_exported",
        "account.files_exported",
    }
