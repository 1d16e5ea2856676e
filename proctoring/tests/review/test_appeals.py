"""Agents contest an entry or the decision once, and another reviewer answers by a date."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from accounts.models import Notice
from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired
from proctoring.models import Appeal, LevelCertificate
from proctoring.review import queries as review_queries
from proctoring.review import services as review
from proctoring.review.appeals import services
from proctoring.tests.support.cast import make_graded_sitting
from proctoring.tests.support.review import case_of, make_held_sitting, observe


@pytest.fixture
def held(asha, assessment):
    return make_held_sitting(asha)


@pytest.fixture
def second(db):
    return make_staff("Kiran", "proctor")


@pytest.fixture
def upheld(held, proctor):
    """A sitting whose violation Farah upheld."""
    review.decide_case(case=case_of(held), verdict="UPHOLD", reason="Seen.", by=proctor, at=NOON)
    held.refresh_from_db()
    return held


def file(sitting, observation=None, text="The browser opened an update.", at=NOON):
    return services.file_appeal(
        sitting=sitting, observation=observation, text=text, by=sitting.agent.user, at=at
    )


def answer(appeal, by, outcome="OVERTURNED", at=NOON):
    return services.decide_appeal(
        appeal=appeal, outcome=outcome, answer="We looked again.", by=by, at=at
    )


def test_contest_an_entry_by_page_and_api(held, ravi, signed_in):
    """Page and API file the same appeal, with the date of the answer; once for each entry."""
    first = held.observations.get()
    other = observe(held, kind="PASTE")
    client = signed_in(held.agent.user)
    page = client.get(f"/assessment/{held.pk}/recorded/").content.decode()
    assert page.count("Contest this entry") == 2
    there = client.post(f"/assessment/entries/{first.pk}/contest/", {"text": "An update."})
    assert there.url == f"/assessment/{held.pk}/recorded/#entry-1"
    body = {"text": "My own text.", "entry": other.number}
    made = client.post(f"/api/v1/sittings/{held.pk}/appeals/", body, "application/json")
    assert (made.status_code, made.json()["entry"]) == (201, 2)
    assert {row.due_at - row.filed_at for row in Appeal.objects.all()} == {timedelta(days=5)}
    again = client.post(f"/api/v1/sittings/{held.pk}/appeals/", body, "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "already_contested")
    page = client.get(f"/assessment/{held.pk}/recorded/").content.decode()
    assert "An update." in page
    assert "Contest this entry" not in page


def test_text_is_kept_after_an_error(held, signed_in):
    """What was typed is on the page again if it is too long."""
    client, entry = signed_in(held.agent.user), held.observations.get()
    text = "They " * 201
    page = client.post(f"/assessment/entries/{entry.pk}/contest/", {"text": text})
    assert page.status_code == 200
    assert "They They They" in page.content.decode()
    body = {"text": text, "entry": 1}
    made = client.post(f"/api/v1/sittings/{held.pk}/appeals/", body, "application/json")
    assert made.status_code == 422
    with pytest.raises(services.AppealTextTooLong):
        file(held, entry, text)
    with pytest.raises(ReasonRequired):
        file(held, entry, "  ")


def test_only_what_had_a_consequence(held):
    """What was only noted, or was dismissed, cannot be contested; nor an undecided result."""
    noted = observe(held, kind="MOUSE_LEFT", severity="INFO", standing="NOTED")
    for observation in (noted, None):
        with pytest.raises(services.NothingToContest):
            file(held, observation)


def test_window(upheld):
    """An appeal is possible for fourteen days after the decision, not longer."""
    entry = upheld.observations.get()
    with pytest.raises(services.AppealWindowOver):
        file(upheld, entry, at=NOON + timedelta(days=14, seconds=1))
    file(upheld, entry, at=NOON + timedelta(days=14))


def test_decision_overturned(upheld, second):
    """Another reviewer overturns the decision: the result counts, with level and certificate."""
    appeal = file(upheld)
    assert case_of(upheld).reasons == ["APPEAL"]
    answer(appeal, second)
    upheld.refresh_from_db()
    upheld.agent.refresh_from_db()
    assert (upheld.state, upheld.agent.level) == ("CLEARED", "C2")
    assert LevelCertificate.objects.filter(sitting=upheld, withdrawn_at=None).exists()
    assert Notice.objects.filter(kind="proctoring/appeal_answered").count() == 1
    assert not review_queries.open_case_of(upheld)


def test_withdrawn_certificate_is_valid_again(asha, assessment, proctor, second):
    """A certificate that was withdrawn is valid again when the appeal is right."""
    sitting = make_graded_sitting(asha)
    code = sitting.certificate.code
    review.void_sitting(sitting=sitting, reason="Notes.", by=proctor, at=NOON)
    sitting.refresh_from_db()
    answer(file(sitting), second)
    certificate = LevelCertificate.objects.get(sitting=sitting)
    assert (certificate.code, certificate.withdrawn_at) == (code, None)


def test_decision_stands(upheld, second, signed_in):
    """The agent reads the answer; the decision cannot be contested again."""
    appeal = file(upheld)
    body = {"outcome": "UPHELD", "answer": "The recording shows it."}
    shown = signed_in(second).post(
        f"/api/v1/staff/appeals/{appeal.pk}/answer/", body, "application/json"
    )
    assert shown.json()["outcome"] == "UPHELD"
    upheld.refresh_from_db()
    assert upheld.state == "UPHELD"
    page = signed_in(upheld.agent.user).get(f"/assessment/{upheld.pk}/recorded/").content.decode()
    assert "The recording shows it." in page
    assert "Contest this decision" not in page
    with pytest.raises(InvalidTransition):
        answer(appeal, make_staff("Third", "proctor"))


def test_entry_overturned(held, second, signed_in):
    """A contested entry that was wrong is dismissed by a ruling; the entry itself stays."""
    entry = held.observations.get()
    appeal = file(held, entry)
    page = signed_in(second).post(
        f"/proctor/appeals/{appeal.pk}/answer/",
        {"outcome": "OVERTURNED", "answer": "It was an update."},
    )
    assert page.url == f"/proctor/{held.pk}/"
    newest = entry.rulings.order_by("-number").first()
    assert (newest.verdict, newest.by, newest.points) == ("DISMISSED", second, 0)
    with pytest.raises(review.EntrySettled):
        review.rule_observation(
            observation=entry, verdict="CONFIRMED", reason="No.", by=second, at=NOON
        )


def test_contested_entries_are_answered_first(held, proctor):
    """A held result is not decided while entries are contested and unanswered."""
    appeal = file(held, held.observations.get())
    case = case_of(held)
    with pytest.raises(review.AppealsUnanswered):
        review.decide_case(case=case, verdict="CLEAR", reason="", by=proctor, at=NOON)
    answer(appeal, proctor, outcome="UPHELD")
    review.decide_case(case=case, verdict="UPHOLD", reason="Seen.", by=proctor, at=NOON)


def test_same_reviewer_never_answers(held, proctor, second, signed_in):
    """Whoever decided, or ruled on the entry, may not answer: service, API and queue."""
    entry = held.observations.get()
    review.rule_observation(
        observation=entry, verdict="CONFIRMED", reason="Seen.", by=proctor, at=NOON
    )
    about_entry = file(held, entry)
    with pytest.raises(review.OtherReviewerNeeded):
        answer(about_entry, proctor)
    late = NOON + review_queries.CLAIM_LASTS
    with pytest.raises(review.NothingToReview):
        review.claim_next(by=proctor, at=late)
    answer(about_entry, second, outcome="UPHELD", at=late)
    later = late + review_queries.CLAIM_LASTS
    review.decide_case(case=case_of(held), verdict="UPHOLD", reason="Seen.", by=proctor, at=later)
    about_decision = file(held, at=later)
    body = {"outcome": "UPHELD", "answer": "No."}
    for person, status in ((proctor, 409), (second, 200)):
        with time_machine.travel(later):
            shown = signed_in(person).post(
                f"/api/v1/staff/appeals/{about_decision.pk}/answer/", body, "application/json"
            )
        assert shown.status_code == status


def test_strangers(held, ravi, reviewer, staff_without_role, signed_in, client):
    """Nobody contests another's entries, and only proctors answer."""
    entry = held.observations.get()
    appeal = file(held, entry)
    mine = [f"/assessment/{held.pk}/recorded/", f"/api/v1/sittings/{held.pk}/recorded/"]
    other = signed_in(ravi.user)
    assert {other.get(address).status_code for address in mine} == {404}
    for address in (
        f"/assessment/entries/{entry.pk}/contest/",
        f"/assessment/{held.pk}/recorded/contest/",
        f"/api/v1/sittings/{held.pk}/appeals/",
    ):
        assert other.post(address, {"text": "x"}).status_code == 404
    answers = [
        f"/proctor/appeals/{appeal.pk}/answer/", f"/api/v1/staff/appeals/{appeal.pk}/answer/",
    ]  # fmt: skip
    for person in (held.agent.user, ravi.user, reviewer, staff_without_role):
        found = {signed_in(person).post(address).status_code for address in answers}
        assert found == {403}
    assert {client.post(address).status_code for address in answers} == {302, 401}
    assert Appeal.objects.get().decided_at is None


def test_page_and_api_show_the_same(held, signed_in):
    """What the agent reads on the page is what the API says."""
    observe(held, kind="PASTE", standing="WARNED")
    client = signed_in(held.agent.user)
    shown = client.get(f"/api/v1/sittings/{held.pk}/recorded/").json()
    page = client.get(f"/assessment/{held.pk}/recorded/").content.decode()
    assert len(shown["entries"]) == 2
    for entry in shown["entries"]:
        assert entry["says"] in page
        assert entry["outcome"] in page
        assert entry["can_be_contested"] is True


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", range(2))
def test_appeal_and_decision_at_once(asha, assessment, run):
    """An appeal that arrives with the decision is either answered first, or comes after it."""
    held = make_held_sitting(asha)
    entry, case = held.observations.get(), case_of(held)
    proctor, gate, outcomes = make_staff("Farah", "proctor"), threading.Barrier(2, timeout=60), {}

    def attempt(name, act):
        try:
            gate.wait()
            act()
            outcomes[name] = "done"
        except review.AppealsUnanswered:
            outcomes[name] = "unanswered"
        finally:
            connection.close()

    acts = {
        "appeal": lambda: file(held, entry),
        "decision": lambda: review.decide_case(
            case=case, verdict="UPHOLD", reason="Seen.", by=proctor, at=NOON
        ),
    }
    threads = [threading.Thread(target=attempt, args=each) for each in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    appeal = Appeal.objects.get()
    held.refresh_from_db()
    assert outcomes["appeal"] == "done"
    if outcomes["decision"] == "done":
        assert (held.state, appeal.case.decided_at) == ("UPHELD", None)
    else:
        assert (held.state, appeal.case) == ("FLAGGED", case)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once(asha, assessment):
    """Of two who answer at the same moment, whoever decided before never does."""
    held = make_held_sitting(asha)
    farah, kiran = make_staff("Farah", "proctor"), make_staff("Kiran", "proctor")
    review.decide_case(case=case_of(held), verdict="UPHOLD", reason="Seen.", by=farah, at=NOON)
    held.refresh_from_db()
    appeal = file(held)
    gate, outcomes = threading.Barrier(2, timeout=60), {}

    def attempt(person):
        try:
            gate.wait()
            answer(appeal, person)
            outcomes[person.email] = "answered"
        except (review.OtherReviewerNeeded, InvalidTransition):
            outcomes[person.email] = "refused"
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[each]) for each in (farah, kiran)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes == {kiran.email: "answered", farah.email: "refused"}
    appeal.refresh_from_db()
    assert appeal.decided_by == kiran
