"""Pages, API, command and sweep of the figures; unanswered questions; who may see them."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from chatbot.analytics import services, unanswered
from chatbot.analytics.figures import Summary
from chatbot.models import Conversation, DailyFigures, FaqPhrasing, Message, Ticket
from chatbot.tests.talks import ask, close, make_conversation, make_entry, reply
from conftest import NOON, make_staff
from hitouch.core.india_time import day_of

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = day_of(NOON)


def talk(user, at=NOON - DAY, source="SYSTEM", text="Do you sell pizza?", **facts):
    """A closed conversation of one question."""
    conversation = make_conversation(user, at)
    question = ask(conversation, at, text)
    answer = reply(question, at, source, **facts)
    close(conversation, at)
    return answer


def total(day=TODAY - DAY) -> Summary:
    services.compute_figures(first=day, last=day, now=NOON)
    return Summary(DailyFigures.objects.get(day=day, language="ALL").figures)


def test_thumbs_up_is_confirmed_and_down_is_no_answer(asha):
    """An answer that did not help is no answer; one that helped is confirmed at once."""
    entry = make_entry()
    talk(asha.user, NOON - DAY, "FAQ", entry=entry, feedback="NOT_HELPFUL")
    talk(asha.user, NOON - DAY + HOUR, "FAQ", entry=make_entry("other"), feedback="HELPFUL")
    found = total()
    assert found.table("outcomes") == {"UNANSWERED": 1, "FAQ": 1}
    assert found.table("standings") == {"CONFIRMED": 1}
    assert (found.count("rejected"), found.helpful_rate) == (1, 0.5)


def test_asking_again_is_a_return(asha):
    """The same entry within a day: the first answer is not counted as one."""
    entry = make_entry()
    talk(asha.user, NOON - 3 * DAY, "FAQ", entry=entry)
    talk(asha.user, NOON - 3 * DAY + HOUR, "FAQ", entry=entry)
    found = total(TODAY - 3 * DAY)
    assert found.table("standings") == {"RETURNED": 1, "ASSUMED": 1}
    assert found.table("durability")["FAQ"] == {"NOT_DURABLE": 1, "PENDING": 1}
    assert (found.answered, found.answer_rate) == (1, 0.5)


def test_reformulated_questions_are_one_episode(asha):
    """Two questions without an answer and one with: one episode, answered."""
    conversation = make_conversation(asha.user, NOON - DAY)
    for number in range(2):
        at = NOON - DAY + timedelta(minutes=number)
        reply(ask(conversation, at), at)
    at = NOON - DAY + timedelta(minutes=3)
    reply(ask(conversation, at), at, "FAQ", entry=make_entry())
    found = total()
    assert (found.count("questions"), found.count("episodes")) == (3, 1)
    assert found.table("outcomes") == {"FAQ": 1}


def test_a_ticket_ends_an_episode(asha):
    """A ticket from the conversation counts, whatever was answered before it."""
    answer = talk(asha.user, NOON - DAY, "FAQ", entry=make_entry())
    Ticket.objects.create(
        user=asha.user, conversation=answer.conversation, subject="x", opened_at=NOON - DAY + HOUR
    )
    assert total().table("outcomes") == {"TICKET": 1}


def test_anonymised_conversations_still_count(asha):
    """Once a conversation is anonymised its day keeps the figures that it has."""
    answer = talk(asha.user, NOON - DAY, "FAQ", entry=make_entry())
    before = total().figures
    Conversation.objects.filter(pk=answer.conversation_id).update(anonymised_at=NOON)
    Message.objects.filter(pk=answer.pk).update(feedback="NOT_HELPFUL")
    assert total().figures == before
    DailyFigures.objects.all().delete()
    assert total().count("episodes") == 1


def test_command(asha, capsys):
    """The command computes a range and says what it did; a wrong range is refused."""
    talk(asha.user)
    call_command("recount_help_figures", "--from", "2026-11-20", "--to", "2026-11-22")
    assert "3 days computed." in capsys.readouterr().out
    assert DailyFigures.objects.count() == 3 * 4
    with pytest.raises(CommandError, match="no day of the future"):
        call_command("recount_help_figures", "--from", "2026-11-23", "--to", "2026-12-24")


def test_page_and_api_have_the_same_figures(signed_in, sunita, asha):
    """Both show the range, the language, and the totals."""
    talk(asha.user, NOON - DAY, "FAQ", entry=make_entry(), feedback="HELPFUL")
    services.refresh_figures(now=NOON)
    client = signed_in(sunita)
    query = f"?first={TODAY - 7 * DAY}&last={TODAY}&language=EN"
    data = client.get(reverse("api:chatbot:help-figures") + query).json()
    assert (data["total"]["episodes"], data["total"]["faq_hit_rate"]) == (1, 1.0)
    assert len(data["periods"]) == 8
    assert data["total"]["milliseconds"]["FAQ"] == {"count": 1, "mean": 20.0, "p95": 20.0}
    page = client.get(reverse("chatbot:help-figures") + query).content.decode()
    assert page.count("<svg") >= 4
    assert "style=" not in page
    other = query.replace("EN", "HI")
    assert client.get(reverse("api:chatbot:help-figures") + other).json()["total"]["episodes"] == 0


@pytest.mark.parametrize(
    "query", ["first=2026-11-20&last=2026-11-01", "first=2020-01-01", "first=x"]
)
def test_wrong_filters_are_said(signed_in, sunita, query):
    """The API refuses a wrong range; the page says so and shows the usual days."""
    client = signed_in(sunita)
    assert client.get(reverse("api:chatbot:help-figures") + f"?{query}").status_code == 400
    page = client.get(reverse("chatbot:help-figures") + f"?{query}")
    assert page.status_code in (200, 400)


def test_unanswered_questions_are_grouped(signed_in, sunita, asha, ravi):
    """The same question of two people is one group, with its count and its text."""
    talk(asha.user, text="Do you sell pizza?")
    talk(ravi.user, text="do you sell PIZZA")
    talk(ravi.user, text="What is a shift?", source="FAQ", entry=make_entry())
    unanswered.group_unanswered(now=NOON)
    for _ in range(2):
        rows = signed_in(sunita).get(reverse("api:chatbot:help-unanswered")).json()
        assert [(row["count"], row["people"]) for row in rows] == [(2, 2)]
        cache.clear()  # without the groups of the night those of the same words stand together
    page = signed_in(sunita).get(reverse("chatbot:help-unanswered")).content.decode()
    assert "Do you sell pizza?" in page
    assert "What is a shift?" not in page


def test_phrasing_and_draft_of_an_unanswered_question(signed_in, sunita, asha):
    """One click makes the question a phrasing, and it is gone from the list; another a draft."""
    entry, client = make_entry(), signed_in(sunita)
    first, second = talk(asha.user).in_reply_to, talk(asha.user, text="Is it cold?").in_reply_to
    url = reverse("chatbot:help-unanswered-phrasing", args=[first.pk])
    client.post(url, {"entry": str(entry.pk)})
    assert FaqPhrasing.objects.filter(entry=entry, text=first.text, by=sunita).exists()
    page = reverse("chatbot:help-unanswered")
    assert first.text not in client.get(page).content.decode().replace("Added to", "")
    url = reverse("api:chatbot:help-unanswered-draft", args=[second.pk])
    body = {"category": str(entry.category_id)}
    made = client.post(url, body, content_type="application/json")
    assert made.status_code == 200, made.content
    assert FaqPhrasing.objects.filter(text="Is it cold?").exclude(entry=entry).exists()


NAMES = ["chatbot:help-figures", "chatbot:help-unanswered", "chatbot:help-unanswered-question"]


@pytest.mark.parametrize("name", [*NAMES, *(f"api:{name}" for name in NAMES[:2])])
def test_figures_are_for_support(signed_in, client, sunita, asha, staff_without_role, name):
    """Neither agents nor staff of another role, nor nobody."""
    question = talk(asha.user).in_reply_to
    url = reverse(name, args=[question.pk] if name.endswith("question") else [])
    assert client.get(url).status_code in (302, 401, 403)
    for user in (asha.user, staff_without_role, make_staff("Mohan", "finance")):
        assert signed_in(user).get(url).status_code == 403
    assert signed_in(sunita).get(url).status_code == 200


@pytest.mark.parametrize("name", ["chatbot:help-figures", "api:chatbot:help-figures"])
def test_figures_have_a_constant_number_of_queries(
    signed_in, sunita, asha, name, django_assert_max_num_queries
):
    """The number of queries does not grow with days and conversations."""
    client, url = signed_in(sunita), reverse(name)
    talk(asha.user)
    services.refresh_figures(now=NOON)
    with django_assert_max_num_queries(25) as captured:
        client.get(url)
    for number in range(8):
        talk(asha.user, NOON - number * DAY, "FAQ", entry=make_entry(f"entry-{number}"))
    services.refresh_figures(now=NOON)
    with django_assert_max_num_queries(len(captured) + 1):
        client.get(url)
