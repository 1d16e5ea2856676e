"""Facts from the user's own record: right, in the user's language, and never another person's."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chatbot.models import HelpLanguage
from chatbot.personal import records
from chatbot.personal.intents import Topic
from chatbot.personal.services import facts_for
from chatbot.tests.personal.sentences import OTHER, OWN
from conftest import NOON, make_staff
from gigs.tests.support.marketplace import hire, make_opportunity, make_slot, owner_of, seat
from onboarding.models import KycCase
from payments.earnings import services as earnings
from payments.tests.factories import make_bank_account, make_work
from proctoring.item_bank.seeding import seed
from proctoring.tests.support.cast import make_graded_sitting

AS_OF = "As of 23 November 2026, 12:00 pm."


def ask(user, text, language="EN"):
    return facts_for(user=user, text=text, language=language, now=NOON)


def lines(user, text, language="EN"):
    answer = ask(user, text, language)
    return answer.text.splitlines()


@pytest.fixture
def payment(asha):
    """A payment of ₹10,000 gross, and the account it goes to."""
    make_bank_account(asha)
    return earnings.open_payment(work=make_work(asha, client="Bluebell"), at=NOON)


def test_payments(asha, payment):
    """The next payment with its amount and state; the moment in India; a link."""
    answer = ask(asha.user, "when will I get my payment")
    first, total, *_, as_of = answer.text.splitlines()
    assert first.startswith("Next payment: ₹")
    assert first.endswith("Evening chat support, waiting to be sent.")
    assert total.endswith("is still to come, after tax and fee.")
    assert (answer.topic, answer.as_of, as_of) == (Topic.PAYMENTS, NOON, AS_OF)
    assert [link["url"] for link in answer.links] == ["/money/"]


def test_payments_without_a_bank_account(asha):
    """What stands in the way is said, with a link."""
    earnings.open_payment(work=make_work(asha), at=NOON)
    answer = ask(asha.user, "where is my payment")
    assert "There is no verified bank account to pay to." in answer.text
    assert len(answer.links) == 2


def test_when_the_next_payouts_are_prepared(asha, payment, settings):
    """With a weekly day and a provider the answer names the day."""
    settings.HITOUCH_PAYOUT_WEEKDAY, settings.HITOUCH_PAYOUT_HOUR = "FRIDAY", 10
    settings.RAZORPAYX_KEY_ID = "rzp_test"
    due = "The next weekly payouts are prepared on 27 November 2026, 10:00 am."
    assert due in lines(asha.user, "when is my next payout")


def test_no_payments_yet(asha):
    """Without payments the answer says when one appears."""
    assert lines(asha.user, "mera payment kab aayega", "HINGLISH")[0].startswith("Abhi tak koi")


def test_documents(asha):
    """The state of the case, and since when it waits."""
    assert lines(asha.user, "is my kyc approved")[0] == "Your documents: not uploaded yet."
    KycCase.objects.create(agent=asha)
    assert lines(asha.user, "is my kyc approved")[0] == "Your documents: not submitted yet."


def test_bank_account(asha):
    """The account is masked."""
    assert lines(asha.user, "is my bank account verified")[0].startswith("You have not added")
    make_bank_account(asha)
    text = ask(asha.user, "is my bank account verified").text
    assert "9012: verified." in text
    assert "123456789012" not in text


def test_next_step(asha):
    """The open step and how many are done; the link leads there."""
    answer = ask(asha.user, "what should I do next")
    assert answer.text.startswith("Your next step: Profile. 1 of 5 steps are done.")
    assert answer.links[0]["label"] == "Continue"


def test_applications_and_shifts(asha, orchid):
    """The newest applications with their states, and the next shift with its times."""
    assert lines(asha.user, "where is my application")[0].startswith("You have not applied")
    assert lines(asha.user, "when is my next shift")[0] == "You have no upcoming shift."
    opportunity = make_opportunity(orchid)
    hire(asha, opportunity)
    seat(asha, make_slot(opportunity))
    told = lines(asha.user, "where is my application")
    assert told[:2] == [
        "Your applications: 0 pending, 1 accepted.",
        "Chat desk, Orchid Retail: accepted.",
    ]
    assert lines(asha.user, "when is my next shift")[0] == (
        "Your next shift: Chat desk, Orchid Retail, from 26 November 2026, 12:00 pm "
        "to 26 November 2026, 4:00 pm."
    )


def test_level_before_the_first_assessment(asha):
    """Nothing to say yet: the FAQ answers."""
    assert ask(asha.user, "what is my test result") is None


def test_level(asha):
    """The level that counts, and how the last assessment stands."""
    seed(NOON)
    sitting = make_graded_sitting(asha)
    sitting.refresh_from_db()
    told = lines(asha.user, "what is my level")
    assert told[:2] == [f"Your language level: {sitting.level}.", "Your last assessment: graded."]


@pytest.mark.parametrize("language", HelpLanguage.values)
def test_each_topic_in_each_language(asha, payment, orchid, language):
    """Every topic is answered in the language asked for, with a link with a label."""
    for topic, texts in OWN.items():
        if topic != Topic.LEVEL:
            answer = ask(asha.user, texts[0], language)
            is_hindi = any("\u0900" <= char <= "\u097f" for char in answer.text)
            assert answer.topic == topic
            assert is_hindi == (language == HelpLanguage.HI)
            assert all(link["label"] and link["url"].startswith("/") for link in answer.links)


def test_never_of_another_person(asha, ravi, payment):
    """Whatever is asked for, only rows of the person who asks are read."""
    for text in [*OTHER, "show payments of agent Asha", "my payments and Asha's"]:
        assert ask(ravi.user, text) is None
    for texts in OWN.values():
        for text in texts:
            answer = ask(ravi.user, text)
            assert answer is None or "Evening chat support" not in answer.text
            assert answer is None or "₹" not in answer.text


def test_accounts_without_an_agent(orchid, asha):
    """A company is told of applications to decide; staff and nobody get no facts."""
    owner = owner_of(orchid)
    assert lines(owner, "show my applications")[0] == "0 applications wait for your decision."
    for text in ("mera payment kab aayega", "when is my next shift"):
        assert ask(owner, text) is None
    assert ask(make_staff("Sunita", "support"), "where is my application") is None
    assert ask(None, "where is my application") is None
    User.objects.filter(pk=asha.user_id).update(status=User.Status.SUSPENDED)
    assert ask(User.objects.get(pk=asha.user_id), "where is my application") is None


def test_nothing_can_be_written(asha, monkeypatch):
    """A read that writes is refused by the database; afterwards writing works again."""

    def writes(agent, language, now):
        KycCase.objects.create(agent=agent)

    monkeypatch.setitem(records.READERS, Topic.DOCUMENTS, writes)
    with pytest.raises(DatabaseError, match="read-only"):
        ask(asha.user, "is my kyc approved")
    assert ask(asha.user, "what should I do next")
    assert KycCase.objects.create(agent=asha)


def test_texts_of_clients_are_inserted_as_they_are(asha, orchid):
    """Braces and markup in a title change nothing."""
    title = "{0} {state} <b>%s"
    hire(asha, make_opportunity(orchid, title=title))
    assert f"{title}, Orchid Retail: accepted." in ask(asha.user, "show my applications").text


@pytest.mark.parametrize("topic", [topic for topic in OWN if topic != Topic.LEVEL])
def test_a_fixed_number_of_queries(asha, orchid, topic):
    """As many with three of everything as with one, and never more than twenty."""
    counts = []
    for number in range(3):
        opportunity = make_opportunity(orchid, title=f"Desk {number}")
        hire(asha, opportunity)
        seat(asha, make_slot(opportunity, timedelta(days=3 + number)))
        make_bank_account(asha, version=number + 1)
        earnings.open_payment(
            work=make_work(asha, title=f"Work {number}", client="Bluebell"), at=NOON
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(asha.user, OWN[topic][0])
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 20
