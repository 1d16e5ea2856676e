"""The review desk: the queue, claims, decisions and rulings on entries; page and API alike."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Notice
from conftest import NOON, make_agent, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired
from proctoring.models import Intervention, ReviewCase, Ruling
from proctoring.review import queries, services
from proctoring.tests.support.cast import make_graded_sitting, make_sitting
from proctoring.tests.support.review import case_of, make_held_sitting, observe


@pytest.fixture
def held(asha, assessment):
    return make_held_sitting(asha)


@pytest.fixture
def second(db):
    return make_staff("Kiran", "proctor")


def decide_by_page(client, case, verdict, reason):
    address = f"/proctor/{case.sitting_id}/decide/"
    return client.post(address, {"verdict": verdict, "reason": reason})


def decide_by_api(client, case, verdict, reason):
    body = {"verdict": verdict, "reason": reason}
    return client.post(f"/api/v1/staff/reviews/{case.pk}/decide/", body, "application/json")


WAYS = pytest.mark.parametrize("decide", [decide_by_page, decide_by_api])


@WAYS
def test_uphold(held, proctor, signed_in, decide):
    """An upheld violation: no level, the attempt is used, the agent reads the reason."""
    decide(signed_in(proctor), case_of(held), "UPHOLD", "Notes were read aloud.")
    held.refresh_from_db()
    held.agent.refresh_from_db()
    assert (held.state, held.decision_reason) == ("UPHELD", "Notes were read aloud.")
    assert (held.agent.level, held.agent.invitations.open(NOON).exists()) == ("", False)
    notice = Notice.objects.get(kind="proctoring/result_upheld")
    assert "Notes were read aloud." in notice.text
    assert AuditEvent.objects.filter(action="sitting.upheld", by=proctor).exists()


@WAYS
def test_void_with_a_new_attempt(held, proctor, signed_in, decide):
    """A void result gives one more attempt beyond the limit."""
    decide(signed_in(proctor), case_of(held), "VOID", "Our server was slow.")
    held.refresh_from_db()
    assert held.state == "VOIDED"
    assert held.agent.invitations.get(why="GRANTED").invited_by == proctor


@WAYS
def test_clear(held, proctor, signed_in, decide):
    """A cleared result counts at once, and the photo is confirmed."""
    decide(signed_in(proctor), case_of(held), "CLEAR", "")
    held.refresh_from_db()
    held.agent.refresh_from_db()
    assert (held.state, held.agent.level) == ("CLEARED", "C2")
    case = case_of(held)
    assert (case.decided_by, case.verdict, bool(case.reason)) == (proctor, "CLEAR", True)


@WAYS
def test_a_decision_needs_a_reason(held, proctor, signed_in, decide):
    """Without a reason nothing is decided, and what was typed stays on the page."""
    answer = decide(signed_in(proctor), case_of(held), "UPHOLD", "   ")
    held.refresh_from_db()
    assert (held.state, answer.status_code in (200, 422)) == ("FLAGGED", True)
    with pytest.raises(ReasonRequired):
        services.decide_case(case=case_of(held), verdict="VOID", reason="", by=proctor, at=NOON)


def test_decided_once(held, proctor, second):
    """A case that was decided cannot be decided again."""
    case = case_of(held)
    services.decide_case(case=case, verdict="CLEAR", reason="", by=proctor, at=NOON)
    with pytest.raises(InvalidTransition):
        services.decide_case(case=case, verdict="UPHOLD", reason="No.", by=second, at=NOON)


def test_page_goes_on_with_the_next_case(held, ravi, proctor, signed_in):
    """After a decision the page opens the next case, claimed; after the last one the queue."""
    other = make_held_sitting(ravi)
    client = signed_in(proctor)
    first = client.post("/proctor/reviews/next/").url
    sittings = {f"/proctor/{row.pk}/": row for row in (held, other)}
    decided = sittings.pop(first)
    after = decide_by_page(client, case_of(decided), "CLEAR", "").url
    assert [after] == list(sittings)
    assert case_of(sittings[after]).claimed_by == proctor
    last = decide_by_page(client, case_of(sittings[after]), "CLEAR", "").url
    assert last == "/proctor/reviews/"


def test_claimed_by_another(held, proctor, second, signed_in):
    """A case that another works on cannot be decided; after half an hour it can be claimed."""
    case = case_of(held)
    services.claim_case(case=case, by=proctor, at=NOON)
    answer = decide_by_api(signed_in(second), case, "CLEAR", "")
    assert (answer.status_code, answer.json()["code"]) == (409, "review_taken")
    assert str(proctor) in signed_in(second).get(f"/proctor/{held.pk}/").content.decode()
    late = NOON + queries.CLAIM_LASTS
    assert services.claim_case(case=case, by=second, at=late).claimed_by == second
    with pytest.raises(services.ReviewTaken):
        services.release_case(case=case, by=proctor, at=late)
    assert services.release_case(case=case, by=second, at=late).claimed_by is None


def test_whoever_ended_it_does_not_decide(held, proctor, second):
    """Four eyes: a proctor who ended the test live does not decide about it."""
    Intervention.objects.create(
        sitting=held, kind="END", reason="CANDIDATE", text="Stop.", by=proctor, at=NOON
    )
    with pytest.raises(services.OtherReviewerNeeded):
        services.decide_case(case=case_of(held), verdict="CLEAR", reason="", by=proctor, at=NOON)
    with pytest.raises(services.NothingToReview):
        services.claim_next(by=proctor, at=NOON)
    assert services.claim_next(by=second, at=NOON) == case_of(held)


def test_queue_by_due_date_then_risk_then_age(assessment, proctor):
    """What is overdue comes first, then the riskiest, then the oldest."""
    cases = []
    for name, risk, hours in (("Old", 20, 30), ("Risky", 80, 1), ("Young", 20, 1), ("Late", 1, 50)):
        case = case_of(make_held_sitting(make_agent(name)))
        at = NOON - timedelta(hours=hours)
        ReviewCase.objects.filter(pk=case.pk).update(
            risk=risk, opened_at=at, due_at=at + timedelta(hours=48)
        )
        cases.append(case.pk)
    old, risky, young, late = cases
    assert [row.pk for row in queries.queue(NOON)] == [late, risky, old, young]
    assert services.claim_next(by=proctor, at=NOON).pk == late


def test_ruling_on_an_entry(held, proctor, signed_in):
    """A person's ruling is a row of its own; the entry and the first ruling stay as they were."""
    (entry,) = held.observations.all()
    before = (entry.hash, entry.rulings.get().points)
    client = signed_in(proctor)
    answer = client.post(
        f"/proctor/entries/{entry.pk}/rule/",
        {"verdict": "DISMISSED", "reason": "A notification."},
    )
    assert answer.url == f"/proctor/{held.pk}/#entry-1"
    body = {"verdict": "CONFIRMED", "reason": ""}
    shown = client.post(f"/api/v1/staff/entries/{entry.pk}/rule/", body, "application/json")
    assert (shown.json()["number"], shown.json()["points"]) == (3, 3)
    rulings = list(entry.rulings.order_by("number").values_list("verdict", "standing", "points"))
    assert rulings == [
        ("AUTOMATIC", "COUNTED", 3),
        ("DISMISSED", "NOTED", 0),
        ("CONFIRMED", "COUNTED", 3),
    ]
    entry.refresh_from_db()
    assert before == (entry.hash, entry.rulings.get(number=1).points)


def test_dismissing_needs_a_reason_and_an_ended_test(held, ravi, proctor, signed_in):
    """Nothing is dismissed without words, and nothing is ruled while the test goes on."""
    (entry,) = held.observations.all()
    signed_in(proctor).post(f"/proctor/entries/{entry.pk}/rule/", {"verdict": "DISMISSED"})
    assert entry.rulings.count() == 1
    running = observe(make_sitting(ravi, "IN_PROGRESS"))
    with pytest.raises(services.EntryNotRuled):
        services.rule_observation(
            observation=running, verdict="CONFIRMED", reason="Seen.", by=proctor, at=NOON
        )


def test_points_follow_the_rulings(held, proctor, signed_in):
    """The page and the API show the points of the rulings in force."""
    (entry,) = held.observations.all()
    case = case_of(held)
    client = signed_in(proctor)
    address = f"/api/v1/staff/reviews/{case.pk}/"
    assert client.get(address).json()["points"] == 3
    services.rule_observation(
        observation=entry, verdict="DISMISSED", reason="A call.", by=proctor, at=NOON
    )
    shown = client.get(address).json()
    assert (shown["points"], shown["entries"][0]["outcome"]) == (0, "Taken back by a person")
    assert "0 of 10" in client.get(f"/proctor/{held.pk}/").content.decode()


def test_queue_of_page_and_api_are_the_same(held, ravi, proctor, signed_in):
    """The filters of page and API find the same cases."""
    make_held_sitting(ravi)
    services.claim_case(case=case_of(held), by=proctor, at=NOON)
    client = signed_in(proctor)
    for query, names in (
        ("", {"Asha", "Ravi"}),
        ("?claimed=me", {"Asha"}),
        ("?claimed=nobody", {"Ravi"}),
        ("?claimed=others", set()),
        ("?reason=FLAGGED", {"Asha", "Ravi"}),
        ("?reason=APPEAL", set()),
        ("?late=true", set()),
        ("?state=decided", set()),
    ):
        page = client.get(f"/proctor/reviews/{query}").content.decode()
        rows = client.get(f"/api/v1/staff/reviews/{query}").json()
        assert {row["agent"].split()[0] for row in rows} == names, query
        assert {name for name in ("Asha", "Ravi") if f"{name} " in page} == names, query


def test_number_of_queries_is_constant(assessment, proctor, signed_in):
    """Neither the queue nor a case asks more queries with more cases or entries."""
    client = signed_in(proctor)
    held = make_held_sitting(make_agent("First"))
    pages = ("/proctor/reviews/", "/api/v1/staff/reviews/", f"/proctor/{held.pk}/",
             f"/api/v1/staff/reviews/{case_of(held).pk}/")  # fmt: skip

    def count() -> list[int]:
        numbers = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as found:
                assert client.get(page).status_code == 200
            numbers.append(len(found))
        return numbers

    one = count()
    for name in ("Second", "Third"):
        make_held_sitting(make_agent(name))
        observe(held)
    assert count() == one


def test_strangers(held, ravi, reviewer, staff_without_role, signed_in, client):
    """Nobody but proctors sees the queue or decides: no agent, no other staff, nobody else."""
    case, entry = case_of(held), held.observations.get()
    gets = ["/proctor/reviews/", f"/proctor/{held.pk}/", "/proctor/trust/",
            "/api/v1/staff/reviews/", f"/api/v1/staff/reviews/{case.pk}/",
            "/api/v1/staff/bans/", "/api/v1/staff/trust/"]  # fmt: skip
    posts = ["/proctor/reviews/next/", f"/proctor/{held.pk}/decide/", f"/proctor/{held.pk}/ban/",
             f"/proctor/entries/{entry.pk}/rule/", f"/proctor/{held.pk}/claim/",
             "/api/v1/staff/reviews/next/", f"/api/v1/staff/reviews/{case.pk}/decide/",
             f"/api/v1/staff/entries/{entry.pk}/rule/", "/api/v1/staff/bans/"]  # fmt: skip
    for person in (held.agent.user, ravi.user, reviewer, staff_without_role):
        other = signed_in(person)
        assert {other.get(address).status_code for address in gets} == {403}
        assert {other.post(address).status_code for address in posts} == {403}
    assert {client.get(address).status_code for address in gets} == {302, 401}
    assert {client.post(address).status_code for address in posts} == {302, 401}
    held.refresh_from_db()
    assert (held.state, Ruling.objects.count()) == ("FLAGGED", 1)


def test_clear_and_void_by_the_sitting(held, ravi, proctor, signed_in):
    """The endpoints of a sitting decide its open case as well."""
    client = signed_in(proctor)
    assert client.post(f"/api/v1/staff/sittings/{held.pk}/clear/").json()["state"] == "CLEARED"
    assert case_of(held).verdict == "CLEAR"
    other = make_held_sitting(ravi)
    body = {"reason": "Another person."}
    shown = client.post(f"/api/v1/staff/sittings/{other.pk}/void/", body, "application/json")
    assert (shown.json()["state"], case_of(other).verdict) == ("VOIDED", "VOID")


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once(asha, assessment, second):
    """Of two reviewers who decide at the same moment one is first; the other changes nothing."""
    held = make_held_sitting(asha)
    case, people = case_of(held), [make_staff("Farah", "proctor"), second]
    gate, outcomes = threading.Barrier(2, timeout=60), []

    def decide(person, verdict):
        try:
            gate.wait()
            services.decide_case(case=case, verdict=verdict, reason="Seen.", by=person, at=NOON)
            outcomes.append(verdict)
        except (InvalidTransition, services.ReviewTaken):
            outcomes.append("")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=facts)
        for facts in zip(people, ("CLEAR", "UPHOLD"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    held.refresh_from_db()
    (winner,) = [outcome for outcome in outcomes if outcome]
    assert len(outcomes) == 2
    assert case_of(held).verdict == winner
    assert held.state == {"CLEAR": "CLEARED", "UPHOLD": "UPHELD"}[winner]


def test_released_result_needs_no_case(asha, assessment, proctor):
    """A result without a case can still be confirmed by a proctor."""
    sitting = make_graded_sitting(asha)
    assert services.clear_sitting(sitting=sitting, by=proctor, at=NOON).state == "CLEARED"
