"""The FAQ over REST: public answers, and what staff do; strangers get nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chatbot.faq import services
from chatbot.faq.records import TextRecord
from chatbot.models import CustomQuestion, FaqCategory, FaqEntry, FaqVersion
from conftest import NOON, make_agent, make_staff, make_user

pytestmark = pytest.mark.django_db
EN = {"EN": TextRecord("What is a widget?", "See [Help](chatbot:help), {{ code_minutes }} min.")}


@pytest.fixture
def meera():
    """A member of support."""
    return make_staff("Meera", "support")


@pytest.fixture
def category():
    """A category."""
    return FaqCategory.objects.create(title="Things")


@pytest.fixture
def version(category, meera):
    """The first draft of an entry."""
    return services.create_entry(category=category, key="widget", texts=EN, by=meera)


def url(name, *args):
    return reverse(f"api:chatbot:{name}", args=args)


def send(client, method, address, data=None):
    return getattr(client, method)(address, data or {}, content_type="application/json")


def test_anybody_reads_the_faq(client, version, meera):
    """Without a log-in: categories, answers with figures and links; drafts are not there."""
    assert client.get(url("help-entries")).json() == []
    services.publish(version=version, by=meera, at=NOON)
    found = client.get(url("help-entries"), {"language": "HI"}).json()
    assert found[0]["title"] == "Things"
    assert found[0]["entries"][0] == {
        "id": str(version.entry_id),
        "version": str(version.pk),
        "key": "widget",
        "language": "EN",
        "question": "What is a widget?",
        "answer": "See Help, 10 min.",
        "links": [{"label": "Help", "url": "/help/"}],
    }
    assert client.get(url("help-entries"), {"language": "FR"}).status_code == 400
    assert client.get(url("help-entries"), {"q": "x"}).status_code == 400


@pytest.mark.usefixtures("seeded")
def test_the_public_list_has_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    """Sixty answers with slots are some ten queries."""
    with django_assert_max_num_queries(12):
        client.get(url("help-entries"))


STAFF_URLS = [
    ("get", "faq-entries", ()),
    ("post", "faq-entries", ()),
    ("get", "faq-entry", ("entry",)),
    ("post", "faq-draft", ("entry",)),
    ("post", "faq-active", ("entry",)),
    ("post", "faq-retire", ("entry",)),
    ("post", "faq-phrasings", ("entry",)),
    ("get", "faq-version", ("version",)),
    ("put", "faq-version", ("version",)),
    ("delete", "faq-version", ("version",)),
    ("get", "faq-doctor", ("version",)),
    ("post", "faq-publish", ("version",)),
    ("post", "faq-drafts", ()),
    ("get", "faq-export", ()),
    ("post", "faq-import", ()),
    ("get", "faq-faults", ()),
    ("get", "faq-slots", ()),
]


@pytest.mark.parametrize("who", ["agent", "client", "staff without role", "finance", "nobody"])
def test_strangers_are_refused(client, signed_in, version, who):
    """Agents, clients, other staff and nobody reach no endpoint of staff, and change nothing."""
    people = {
        "agent": lambda: signed_in(make_agent("Asha").user),
        "client": lambda: signed_in(make_user("Orchid")),
        "staff without role": lambda: signed_in(make_staff("Omar")),
        "finance": lambda: signed_in(make_staff("Fatima", "finance")),
        "nobody": lambda: client,
    }
    browser = people[who]()
    ids = {"entry": version.entry_id, "version": version.pk}
    for method, name, args in STAFF_URLS:
        answer = send(browser, method, url(name, *(ids[arg] for arg in args)))
        assert answer.status_code in (401, 403), name
    assert FaqVersion.objects.get().state == "DRAFT"


def test_an_entry_from_draft_to_withdrawal(signed_in, category, meera):
    """All acts on an entry, as the admin has them."""
    browser = signed_in(meera)
    sent = {
        "category": str(category.pk),
        "key": "widget",
        "question": "What?",
        "answer": "{{ no }}",
    }
    made = send(browser, "post", url("faq-entries"), sent)
    assert made.status_code == 201
    version, entry = made.json()["id"], made.json()["entry"]
    assert send(browser, "post", url("faq-entries"), sent).status_code == 422
    report = browser.get(url("faq-doctor", version)).json()
    assert report["faults"] == ["English: There is no value for {{ no }}."]
    refused = send(browser, "post", url("faq-publish", version))
    assert (refused.status_code, refused.json()["code"]) == (422, "texts_broken")
    text = {"language": "EN", "question": "What is it?", "answer": "A thing."}
    assert send(browser, "put", url("faq-version", version), text).status_code == 200
    assert send(browser, "post", url("faq-publish", version)).json()["state"] == "PUBLISHED"
    again = send(browser, "post", url("faq-publish", version))
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    said = send(browser, "post", url("faq-phrasings", entry), {"language": "EN", "text": "how so"})
    assert said.status_code == 201
    assert browser.delete(url("faq-phrasing", said.json()["id"])).status_code == 204
    hidden = send(browser, "post", url("faq-active", entry), {"is_active": "false"})
    assert hidden.json()["is_active"] is False
    draft = send(browser, "post", url("faq-draft", entry)).json()
    assert (draft["number"], draft["state"]) == (2, "DRAFT")
    assert browser.delete(url("faq-version", draft["id"])).status_code == 204
    gone = send(browser, "post", url("faq-retire", entry)).json()
    assert gone["published"] is None
    assert [row["state"] for row in gone["versions"]] == ["RETIRED"]
    assert [row["key"] for row in browser.get(url("faq-entries")).json()["data"]] == ["widget"]


def test_files(signed_in, meera, version):
    """Export and import over REST; faults of a file are named by line."""
    browser = signed_in(meera)
    services.publish(version=version, by=meera, at=NOON)
    exported = browser.get(url("faq-export"), {"file_type": "csv"})
    assert b"What is a widget?" in exported.content
    changed = exported.content.replace(b"What is a widget?", b"What are widgets?")
    file = SimpleUploadedFile("faq.csv", changed)
    answer = browser.post(url("faq-import"), {"file": file})
    assert (answer.status_code, answer.json()["drafts"]) == (200, 1)
    answer = browser.post(url("faq-import"), {"file": SimpleUploadedFile("faq.csv", b"a,b\n")})
    assert answer.status_code == 422
    assert "Line 1" in answer.content.decode()


def test_drafts_from_questions(signed_in, meera, category):
    """One request makes a draft of an answered custom question."""
    question = CustomQuestion.objects.create(
        user=make_agent("Asha").user, text="Is there a canteen?", opened_at=NOON
    )
    sent = {"category": str(category.pk), "custom_question": str(question.pk)}
    browser = signed_in(meera)
    assert send(browser, "post", url("faq-drafts"), sent).status_code == 422
    CustomQuestion.objects.filter(pk=question.pk).update(
        state="ANSWERED", answer="No.", answered_at=NOON, answered_by=meera
    )
    made = send(browser, "post", url("faq-drafts"), sent)
    assert made.status_code == 201
    assert made.json()["texts"][0]["answer"] == "No."
    assert FaqEntry.objects.get().key == "is-there-a-canteen"
    assert (
        send(browser, "post", url("faq-drafts"), {"category": str(category.pk)}).status_code == 422
    )


def test_slots_and_faults(signed_in, meera):
    """Who writes texts sees the slots with their values, and what is broken."""
    browser = signed_in(meera)
    slots = {row["name"]: row["value"] for row in browser.get(url("faq-slots")).json()}
    assert slots["code_minutes"] == "10"
    assert browser.get(url("faq-faults")).json() == []
