"""The pages of Help: for users with and without scripts, and for people without an account."""

import re
from datetime import time
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from chatbot.assistant.decide import Decision
from chatbot.conversations import services
from chatbot.faq import queries as faq
from chatbot.models import Conversation, FaqEntry, Message, SupportHours
from chatbot.tests.conversations.conftest import SECOND, given, offered
from conftest import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]
FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}
HELP = "/help/"


@pytest.fixture
def decided(monkeypatch):
    """Let the assistant decide what the test says."""

    def make(decision):
        monkeypatch.setattr(services, "decide", lambda **facts: decision)

    return make


def post(client, name, *args, **data):
    return client.post(reverse(f"chatbot:{name}", args=args), data)


def test_a_question_is_answered_without_scripts(signed_in, asha, decided):
    """The form leads back to the page, which shows question, answer and who wrote."""
    decided(given())
    client = signed_in(asha.user)
    answer = post(client, "messages", text="When do I get paid?")
    assert (answer.status_code, answer.url) == (302, HELP)
    page = client.get(HELP).content.decode()
    assert "As soon as your work is approved" in page
    assert page.index("When do I get paid?") < page.index("As soon as your work")
    assert "Assistant" in page
    assert 'role="log"' in page


def test_typed_text_stays_after_a_refusal(signed_in, asha):
    """Without scripts a text that is refused stays in the field, with the reason above it."""
    typed = "x" * 1001
    page = post(signed_in(asha.user), "messages", text=typed)
    assert page.status_code == 200
    assert typed in page.content.decode()
    assert "at most 1,000 characters" in page.content.decode()
    assert not Message.objects.exists()


def test_too_many_messages_are_answered_with_429(signed_in, asha, decided, settings):
    """The page and the script get 429 with the wait, and the text stays."""
    settings.HITOUCH_HELP_MESSAGES_A_MINUTE = 1
    decided(given())
    client = signed_in(asha.user)
    post(client, "messages", text="One")
    page = post(client, "messages", text="Two words")
    part = client.post(reverse("chatbot:messages"), {"text": "Two words"}, **FETCH)
    assert (page.status_code, part.status_code) == (429, 429)
    assert int(part["Retry-After"]) > 0
    assert "Two words" in page.content.decode()
    assert "1 messages a minute" in part.json()["message"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"])
def test_markup_is_shown_as_text(signed_in, asha, decided, text):
    """What somebody types is never markup of the page."""
    decided(given())
    client = signed_in(asha.user)
    post(client, "messages", text=text)
    page = client.get(HELP).content.decode()
    assert text not in page
    assert text.replace("<", "&lt;").replace(">", "&gt;") in page


def test_every_act_works_without_scripts(signed_in, asha, answered):
    """Rating, choosing, refusing, passing on and asking for a person are plain forms."""
    client = signed_in(asha.user)
    message = answered(asha.user, offered("payout_when", "payout_method"), at=timezone.now())
    entry = FaqEntry.objects.get(key="payout_when")
    post(client, "suggestion", message.pk, entry.pk)
    given_answer = Message.objects.get(source="FAQ")
    post(client, "feedback", given_answer.pk, helpful="no")
    post(client, "none-of-these", message.pk)
    post(client, "ask-team", given_answer.pk)
    post(client, "person")
    given_answer.refresh_from_db()
    assert given_answer.feedback == "NOT_HELPFUL"
    assert asha.user.custom_questions.count() == 1
    assert Conversation.objects.get().mode == "WAITING"
    page = client.get(HELP).content.decode()
    assert "Talk to a person" not in re.sub(r"(?s)<li.*?</li>", "", page)
    assert "queue" in page


@pytest.mark.parametrize("name", ["feedback", "none-of-these", "ask-team", "suggestion"])
def test_messages_of_others_are_not_found(signed_in, asha, ravi, answered, name):
    """An act on a message of another user, or of nobody, is 404."""
    message = answered(asha.user, offered("payout_when"))
    entry = [FaqEntry.objects.get(key="payout_when").pk] if name == "suggestion" else []
    client = signed_in(ravi.user)
    for key in (message.pk, uuid4()):
        assert post(client, name, key, *entry, helpful="yes").status_code == 404


def test_an_entry_that_was_not_offered_is_not_found(signed_in, asha, answered):
    """Only an entry that was suggested can be chosen."""
    message = answered(asha.user, offered("payout_when"))
    other = FaqEntry.objects.get(key="payout_method")
    assert post(signed_in(asha.user), "suggestion", message.pk, other.pk).status_code == 404


@pytest.mark.parametrize("name", ["messages", "person", "model-switch"])
def test_nobody_has_no_conversation(client, name):
    """Without log-in every act leads to the log-in page, and the parts of the page, too."""
    assert "/log-in/" in post(client, name, text="Hello").url
    assert "/log-in/" in client.get(reverse("chatbot:thread")).url
    assert "/log-in/" in client.get(reverse("chatbot:panel")).url
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("who", ["asha", "client", "staff"])
def test_every_user_may_ask(signed_in, asha, sunita, decided, who):
    """Agents, people of a client, and staff."""
    decided(given())
    user = {"asha": asha.user, "client": make_user("Omar"), "staff": sunita}[who]
    client = signed_in(user)
    post(client, "messages", text="Hello")
    assert "As soon as" in client.get(HELP).content.decode()


def test_users_see_their_own_thread_only(signed_in, asha, ravi, answered):
    """Nothing of another user's conversation is on the page."""
    answered(asha.user, given(), text="My secret plan", at=timezone.now())
    assert "My secret plan" in signed_in(asha.user).get(HELP).content.decode()
    assert "My secret plan" not in signed_in(ravi.user).get(HELP).content.decode()


def test_the_thread_is_not_kept_by_the_browser(signed_in, asha):
    """A shared computer shows no conversation after the log-out."""
    assert signed_in(asha.user).get(HELP)["Cache-Control"] == "no-store"


def test_help_is_public(client):
    """Without log-in: categories, each question with its answer at its own address, contact."""
    page = client.get(HELP).content.decode()
    shown = [entry for category in faq.help_page("EN") for entry in category.entries]
    assert len(shown) > 20
    for entry in shown:
        address = reverse("chatbot:answer", args=[entry.key])
        assert address in page
        assert client.get(address).status_code == 200
    assert "Contact support" in page
    assert client.get("/help/answers/no-such-answer/").status_code == 404


def test_a_retired_entry_has_no_page(client):
    """An entry that is not active is not found."""
    FaqEntry.objects.filter(key="payout_when").update(is_active=False)
    assert client.get(reverse("chatbot:answer", args=["payout_when"])).status_code == 404


def test_search_shows_at_most_three_results(client):
    """The matcher ranks; the best entry is among three results, and each has an address."""
    page = client.get(reverse("chatbot:answers"), {"q": "when do I get paid"}).content.decode()
    found = re.findall(r"centre-result", page)
    assert 1 <= len(found) <= 3
    assert page.index("/help/answers/payout_when/") > 0


@pytest.mark.parametrize("text", ["x" * 100_000, "<b>", "' OR 1=1 --", "\u202e"])
def test_strange_searches_are_answered(client, text):
    """Any text gets a page."""
    assert client.get(reverse("chatbot:answers"), {"q": text}).status_code == 200


def test_the_language_is_kept(client):
    """The chosen language holds for later pages."""
    client.get(reverse("chatbot:answers"), {"language": "HI"})
    assert 'lang="hi"' in client.get(HELP).content.decode()
    assert client.get(reverse("chatbot:answers"), {"language": "XX"}).status_code == 200


def test_the_notice_names_the_host_of_the_model(signed_in, asha, settings):
    """Only with a model configured it is said that text may go there, with a way to refuse."""
    client = signed_in(asha.user)
    assert "may be sent to" not in client.get(HELP).content.decode()
    settings.HITOUCH_HELP_MODEL_URL = "https://models.example/v1"
    settings.HITOUCH_HELP_MODEL_NAME = "small"
    assert "may be sent to models.example" in client.get(HELP).content.decode()
    post(client, "model-switch", allows_model="no")
    page = client.get(HELP).content.decode()
    assert "may be sent to" not in page
    assert asha.user.help_preference.allows_model is False


def test_the_number_of_queries_is_constant(
    signed_in, asha, answered, django_assert_max_num_queries
):
    """The page asks as many queries for a long conversation as for a short one."""
    client = signed_in(asha.user)
    steps = [given(), offered("payout_when", "payout_method"), Decision("PASS", language="EN")]
    for number, decision in enumerate(steps):
        answered(asha.user, decision, at=timezone.now() - (60 - number) * SECOND)
    with django_assert_max_num_queries(30) as captured:
        client.get(HELP)
    for number, decision in enumerate(steps * 4):
        answered(asha.user, decision, at=timezone.now() - (50 - number) * SECOND)
    with django_assert_max_num_queries(len(captured)):
        client.get(HELP)


def test_earlier_messages_are_on_a_page_of_their_own(signed_in, asha, settings):
    """Fifty messages are shown; the others are one link away."""
    settings.HITOUCH_HELP_MESSAGES_A_MINUTE = 200
    start = timezone.now() - 200 * SECOND
    for number in range(60):
        at = start + number * SECOND
        sent = services.send(user=asha.user, text=f"Question {number:02}.", at=at)
        services.deliver(sent.message.pk, given(), at)
    client = signed_in(asha.user)
    page = client.get(HELP).content.decode()
    assert "Question 59." in page
    assert "Question 10." not in page
    link = re.search(r'href="(/help/\?before=[^"]+)"', page)
    assert link is not None
    earlier = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "Question 59." not in earlier
    assert "Question 34." in earlier


def test_the_hours_of_support_are_shown_by_runs_of_days(client):
    """Days with the same hours stand together, and a break is visible; a day off is not named."""
    SupportHours.objects.all().delete()
    for weekday in (0, 1, 2):
        SupportHours.objects.create(weekday=weekday, opens=time(9), closes=time(13))
        SupportHours.objects.create(weekday=weekday, opens=time(14), closes=time(18))
    SupportHours.objects.create(weekday=5, opens=time(10), closes=time(14))
    page = client.get(reverse("chatbot:answers")).content.decode()
    assert "Monday to Wednesday" in page
    assert "09:00 to 13:00, 14:00 to 18:00" in page
    assert "<dt>Saturday</dt><dd>10:00 to 14:00</dd>" in page
    assert "Sunday" not in page
