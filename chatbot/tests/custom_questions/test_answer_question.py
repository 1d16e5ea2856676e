"""Support answers questions, closes them, and makes FAQ of them: pages, API and admin."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Notice
from chatbot.custom_questions import queries, services
from chatbot.custom_questions.refusals import QuestionClosed
from chatbot.models import CustomQuestion, FaqPhrasing, FaqText, Message
from chatbot.tests.talks import ask, make_conversation, make_entry, reply
from conftest import NOON, make_staff
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
TEXT = "Can I work from two cities?"


@pytest.fixture
def question(asha):
    return send(asha.user)


def send(user, text=TEXT, at=NOON, **facts):
    return services.open_question(user=user, text=text, language="EN", at=at, **facts)


def answer(question, by, text="Yes, you can."):
    return services.answer_question(question=question, by=by, text=text, at=NOON)


def act_on_page(client, act, question, **body):
    name = "chatbot:staff-question" + ("" if act == "answer" else f"-{act}")
    return client.post(reverse(name, args=[question.pk]), body)


def act_over_api(client, act, question, **body):
    url = reverse(f"api:chatbot:staff-question-{act}", args=[question.pk])
    return client.post(url, body, content_type="application/json")


@pytest.fixture(params=[act_on_page, act_over_api])
def act(request):
    """An act of support: once on the page, once over the API."""
    return request.param


def test_answer(signed_in, sunita, asha, question, act):
    """The answer is stored with who and when; the person reads it on page, API and in a mail."""
    assert act(signed_in(sunita), "answer", question, text="Yes, you can.").status_code in (
        200,
        302,
    )
    question.refresh_from_db()
    assert (question.state, question.answer, question.answered_by) == (
        "ANSWERED", "Yes, you can.", sunita,
    )  # fmt: skip
    notice = Notice.objects.get(user=asha.user)
    assert notice.path == reverse("chatbot:question", args=[question.pk])
    assert "Yes, you can." in notice.text
    assert "Yes, you can." in OutboxMessage.objects.get(template="chatbot/question_answered").body
    client = signed_in(asha.user)
    assert "Yes, you can." in client.get(notice.path).content.decode()
    url = reverse("api:chatbot:question", args=[question.pk])
    assert client.get(url).json()["answer"] == "Yes, you can."


def test_answer_stands_in_the_open_conversation(sunita, asha):
    """While the conversation is open, the answer is a message of staff in reply to the question."""
    asked = ask(make_conversation(asha.user, NOON), NOON)
    answer(send(asha.user, message=reply(asked, NOON)), sunita)
    said = Message.objects.get(source="STAFF")
    assert (said.in_reply_to, said.text, said.role) == (asked, "Yes, you can.", "HELP")


def test_answer_after_the_conversation(sunita, asha):
    """A closed conversation gets no message; the page of questions has the answer."""
    asked = ask(make_conversation(asha.user, NOON, mode="CLOSED"), NOON)
    assert answer(send(asha.user, message=asked), sunita).state == "ANSWERED"
    assert not Message.objects.filter(source="STAFF").exists()


def test_dismiss(signed_in, sunita, asha, question, act):
    """A question is closed with a reason, which the person reads."""
    client = signed_in(sunita)
    assert act(client, "close", question, reason="").status_code in (200, 422)
    assert act(client, "close", question, reason="It is spam.").status_code in (200, 302)
    assert "It is spam." in Notice.objects.get(user=asha.user).text
    shown = signed_in(asha.user).get(reverse("chatbot:question", args=[question.pk]))
    assert "It is spam." in shown.content.decode()


def test_closed_question_is_not_answered_again(sunita, question):
    """Nobody gets two answers, nor an answer and a closing."""
    answer(question, sunita)
    for again in (
        lambda: answer(question, sunita, "No."),
        lambda: services.dismiss_question(question=question, by=sunita, reason="x", at=NOON),
    ):
        with pytest.raises(QuestionClosed):
            again()
    assert Notice.objects.count() == 1


def test_typed_answer_is_kept_when_another_was_quicker(signed_in, sunita, question):
    """Whoever comes second reads so and keeps what was typed."""
    answer(question, sunita)
    shown = act_on_page(signed_in(sunita), "answer", question, text="My long answer")
    page = shown.content.decode()
    assert "Somebody has answered" in page
    assert "My long answer" in page


def test_several_at_once(signed_in, sunita, asha, ravi, act):
    """One answer goes to all that were chosen and are still open, each person told once."""
    first, second, closed = send(asha.user), send(ravi.user), send(ravi.user, "Other?")
    services.dismiss_question(question=closed, by=sunita, reason="x", at=NOON)
    also = [str(second.pk), str(closed.pk)]
    assert act(signed_in(sunita), "answer", first, text="Yes.", also=also).status_code in (200, 302)
    states = dict(CustomQuestion.objects.values_list("pk", "state"))
    assert states == {first.pk: "ANSWERED", second.pk: "ANSWERED", closed.pk: "DISMISSED"}
    told = Notice.objects.filter(kind="chatbot/question_answered")
    assert sorted(told.values_list("user", flat=True)) == sorted([asha.user.pk, ravi.user.pk])


def test_similar_questions_stand_together(signed_in, sunita, asha, ravi):
    """Questions that ask the same are one group in the queue, and are offered with each other."""
    first, second = send(asha.user), send(ravi.user, at=NOON + timedelta(hours=1))
    other = send(asha.user, "How do I add a bank account?", at=NOON + timedelta(hours=2))
    groups = queries.open_groups(list(queries.open_questions()))
    assert [(group.first, list(group.others)) for group in groups] == [
        (first, [second]), (other, []),
    ]  # fmt: skip
    assert queries.similar_open(first) == [second]
    case = signed_in(sunita).get(reverse("api:chatbot:staff-question", args=[first.pk])).json()
    assert [row["id"] for row in case["similar"]] == [str(second.pk)]
    page = signed_in(sunita).get(reverse("chatbot:staff-question", args=[first.pk]))
    assert f'value="{second.pk}" checked' in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_one_of_two_answers_at_the_same_moment(asha):
    """Two of support answer at the same moment: one is refused, the person is told once."""
    question = send(asha.user)
    support = [make_staff("Sunita", "support"), make_staff("Vimal", "support")]
    outcomes = []

    def reply_as(by) -> None:
        try:
            answer(question, by, f"By {by.email}")
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=reply_as, args=[by]) for by in support]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["done", "question_closed"]
    assert Notice.objects.count() == 1


def test_work_queue(sunita, question):
    """The work queues of staff count open questions."""
    (queue,) = queries.work_queues(now=NOON)
    assert (queue.count, queue.oldest_at) == (1, NOON)
    answer(question, sunita)
    assert queries.work_queues(now=NOON)[0].count == 0


STAFF_PAGES = ["chatbot:staff-questions", "chatbot:staff-question"]


@pytest.mark.parametrize("name", [*STAFF_PAGES, *(f"api:{name}" for name in STAFF_PAGES)])
def test_pages_of_support_are_for_support(
    signed_in, client, asha, ravi, staff_without_role, question, name
):
    """Neither agents, even the one who asked, nor staff of another role, nor nobody."""
    args = [question.pk] if name.endswith("question") else []
    url = reverse(name, args=args)
    assert client.get(url).status_code in (302, 401, 403)
    for user in (asha.user, ravi.user, staff_without_role, make_staff("Mohan", "finance")):
        assert signed_in(user).get(url).status_code == 403


@pytest.mark.parametrize("verb", ["answer", "close", "draft", "phrasing"])
def test_acts_of_support_are_for_support(signed_in, asha, staff_without_role, question, act, verb):
    """The same holds for what changes something."""
    for user in (asha.user, staff_without_role, make_staff("Mohan", "finance")):
        response = act(signed_in(user), verb, question, text="x", reason="x")
        assert response.status_code == 403
    question.refresh_from_db()
    assert question.state == "OPEN"


def test_admin_list_leads_to_the_page(signed_in, sunita, question):
    """The admin lists questions; one of them opens on the page of support."""
    client = signed_in(sunita)
    assert TEXT in client.get(reverse("admin:chatbot_customquestion_changelist")).content.decode()
    url = reverse("admin:chatbot_customquestion_change", args=[question.pk])
    assert client.get(url).url == reverse("chatbot:staff-question", args=[question.pk])


@pytest.mark.parametrize("name", ["chatbot:staff-questions", "api:chatbot:staff-questions"])
def test_queue_has_a_constant_number_of_queries(
    signed_in, sunita, asha, settings, question, name, django_assert_max_num_queries
):
    """The number of queries does not grow with the number of open questions."""
    settings.HITOUCH_HELP_OPEN_QUESTIONS = settings.HITOUCH_HELP_QUESTIONS_A_DAY = 50
    client, url = signed_in(sunita), reverse(name)
    with django_assert_max_num_queries(25) as captured:
        assert TEXT in client.get(url).content.decode()
    limit = len(captured)
    for number in range(6):
        send(asha.user, f"Question {number}?")
    with django_assert_max_num_queries(limit):
        client.get(url)


@pytest.mark.parametrize("query", ["state=OPEN", "language=EN", "state=ANSWERED", "language=HI"])
def test_filters(signed_in, sunita, question, query):
    """Page and API show the questions of a status and of a language."""
    expected = query in ("state=OPEN", "language=EN")
    for name in ("chatbot:staff-questions", "api:chatbot:staff-questions"):
        shown = signed_in(sunita).get(f"{reverse(name)}?{query}").content.decode()
        assert (TEXT in shown) == expected


def test_draft_and_phrasing(signed_in, sunita, asha, question, act):
    """One click makes a draft of an answered question, another adds a question to an entry."""
    client, entry = signed_in(sunita), make_entry()
    act(client, "draft", question, category=str(entry.category_id))
    question.refresh_from_db()
    assert question.entry is None  # there is no answer yet
    answer(question, sunita)
    act(client, "draft", question, category=str(entry.category_id))
    question.refresh_from_db()
    text = FaqText.objects.get(version__entry=question.entry, language="EN")
    assert (text.question, text.answer) == (TEXT, "Yes, you can.")
    other = send(asha.user, "May I work from Goa and Pune?")
    act(client, "phrasing", other, entry=str(entry.pk))
    assert FaqPhrasing.objects.get(text=other.text).entry == entry
