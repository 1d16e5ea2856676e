"""The conversation for programs."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from chatbot.conversations import services
from chatbot.models import Conversation, CustomQuestion, FaqEntry, Message
from chatbot.tests.conversations.conftest import given, offered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]


def url(name, *args):
    return reverse(f"api:chatbot:{name}", args=args)


def post(client, name, *args, **data):
    return client.post(url(name, *args), data, content_type="application/json")


@pytest.fixture
def decided(monkeypatch):
    """Let the assistant decide what the test says."""

    def make(decision):
        monkeypatch.setattr(services, "decide", lambda **facts: decision)

    return make


def test_a_program_converses(signed_in, asha, decided):
    """Question, answer, rating, and the thread with who wrote what."""
    decided(given())
    client = signed_in(asha.user)
    assert client.get(url("conversation")).json()["messages"] == []
    answer = post(client, "messages", text="When do I get paid?")
    assert answer.status_code == 201
    question, given_answer = answer.json()["messages"]
    assert (question["author"], given_answer["author"]) == ("YOU", "ASSISTANT")
    assert given_answer["heading"] == "When do I get paid?"
    rated = post(client, "feedback", given_answer["id"], is_helpful=True).json()
    assert rated["messages"][1]["feedback"] == "HELPFUL"
    assert client.get(url("conversation")).json() == rated


def test_a_program_chooses_and_passes_on(signed_in, asha, decided):
    """Suggestions are chosen or refused, the question goes to the team, a person takes over."""
    decided(offered("payout_when", "payout_method"))
    client = signed_in(asha.user)
    message = post(client, "messages", text="money").json()["messages"][-1]
    assert [each["is_chosen"] for each in message["suggestions"]] == [False, False]
    entry = message["suggestions"][0]["entry"]
    chosen = post(client, "suggestion", message["id"], entry).json()
    assert chosen["messages"][1]["suggestions"][0]["is_chosen"]
    none = post(client, "none-of-these", message["id"]).json()["messages"][-1]
    assert none["offers_team"]
    post(client, "feedback", chosen["messages"][-1]["id"], is_helpful=False)
    assert post(client, "ask-team", none["id"]).status_code == 200
    assert CustomQuestion.objects.get().text == "money"
    person = post(client, "person").json()
    assert (person["mode"], person["ticket"]) == ("WAITING", str(asha.user.tickets.get().pk))


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "x" * 1001}, 422),
        ({"text": 5}, 422),
        ({"text": "\x00"}, 400),
        ({}, 422),
        ({"text": "a", "client_key": "k" * 65}, 422),
    ],
    ids=["empty", "long", "number", "nul", "none", "long-key"],
)
def test_wrong_messages_are_refused(signed_in, asha, data, status):
    """Each gets a problem document, and nothing is stored."""
    assert post(signed_in(asha.user), "messages", **data).status_code == status
    assert not Message.objects.exists()


def test_role_and_source_cannot_be_sent(signed_in, asha, decided):
    """Fields beside the text change nothing: the server says who wrote."""
    decided(given())
    post(signed_in(asha.user), "messages", text="Hello", role="HELP", source="STAFF", mode="CLOSED")
    question = Message.objects.get(role="PERSON")
    assert question.source == "PERSON"
    assert Conversation.objects.get().mode == "BOT"


def test_a_repeated_request_gets_the_same_conversation(signed_in, asha, decided):
    """A program may send again what it got no answer to."""
    decided(given())
    client = signed_in(asha.user)
    first = post(client, "messages", text="Hello", client_key="a").json()
    assert post(client, "messages", text="Hello", client_key="a").json() == first


def test_the_limit_is_a_429(signed_in, asha, decided, settings):
    """Over the limit: 429 with code, sentence and Retry-After."""
    settings.HITOUCH_HELP_MESSAGES_A_MINUTE = 1
    decided(given())
    client = signed_in(asha.user)
    post(client, "messages", text="One")
    refused = post(client, "messages", text="Two")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_messages")
    assert int(refused["Retry-After"]) > 0


@pytest.mark.parametrize("name", ["feedback", "none-of-these", "ask-team", "suggestion"])
def test_messages_of_others_are_not_found_by_programs(signed_in, asha, ravi, answered, name):
    """404 for messages of others, as for such that do not exist."""
    message = answered(asha.user, offered("payout_when"), at=timezone.now())
    entry = [FaqEntry.objects.get(key="payout_when").pk] if name == "suggestion" else []
    client = signed_in(ravi.user)
    for key in (message.pk, uuid4()):
        assert post(client, name, key, *entry, is_helpful=True).status_code == 404


@pytest.mark.parametrize("name", ["messages", "person"])
def test_programs_without_a_token_are_refused(client, name):
    """401 or 403 without log-in."""
    assert post(client, name, text="Hello").status_code in (401, 403)
    assert client.get(url("conversation")).status_code in (401, 403)


def test_a_question_is_answered_without_being_stored(signed_in, asha):
    """`help/answers/` says whether it is sure, and gives the entry or similar ones."""
    client = signed_in(asha.user)
    found = client.get(url("answers"), {"q": "When do I get paid?"}).json()
    assert found["answered"]
    assert "As soon as your work is approved" in found["entry"]["answer"]
    nothing = client.get(url("answers"), {"q": "Do you sell pizza?"}).json()
    assert (nothing["answered"], nothing["entry"]) == (False, None)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", " ", "x" * 501])
def test_wrong_questions_are_refused(signed_in, asha, text):
    """An empty or too long question is 422."""
    assert signed_in(asha.user).get(url("answers"), {"q": text}).status_code == 422


def test_the_preference_about_models(signed_in, asha, settings):
    """A program reads and changes whether a model may read the user's messages."""
    settings.HITOUCH_HELP_MODEL_URL = "https://models.example/v1"
    settings.HITOUCH_HELP_MODEL_NAME = "small"
    client = signed_in(asha.user)
    assert client.get(url("preference")).json() == {
        "allows_model": True, "model_host": "models.example",
    }  # fmt: skip
    body = {"allows_model": False}
    put = client.put(url("preference"), body, content_type="application/json")
    assert put.json()["allows_model"] is False
    assert client.get(url("preference")).json()["allows_model"] is False
