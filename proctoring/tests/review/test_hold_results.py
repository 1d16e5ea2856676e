"""A result is held until a person has looked: no level, no certificate, no news of a result."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Notice
from conftest import NOON
from proctoring import queries
from proctoring.delivery import services as sittings
from proctoring.invitations.services import ResultBeingReviewed, invite_again
from proctoring.models import IdentityCheck, LevelCertificate
from proctoring.review import queries as review
from proctoring.review import services
from proctoring.review.risk import risk_of
from proctoring.tests.support.cast import (
    answer_all,
    grade_all,
    make_graded_sitting,
    make_sitting,
)
from proctoring.tests.support.review import case_of, make_held_sitting, observe


def submit(sitting, at=NOON):
    """Hand in and grade."""
    answer_all(sitting, at=at)
    sittings.submit_sitting(sitting=sitting, by=sitting.agent.user, at=at)
    held = grade_all(sitting, at=at)
    held.refresh_from_db()
    return held


def test_clean_result_counts_at_once(asha, assessment):
    """Without a reason nobody has to look: level and certificate are there."""
    sitting = make_graded_sitting(asha)
    asha.refresh_from_db()
    assert (sitting.state, asha.level) == ("GRADED", "C2")
    assert not sitting.reviews.exists()
    assert LevelCertificate.objects.filter(sitting=sitting).exists()


def test_flagged_result_is_held(asha, assessment):
    """A serious violation holds the result, with a case that is due in two days."""
    sitting = make_held_sitting(asha)
    asha.refresh_from_db()
    case = case_of(sitting)
    assert (sitting.state, asha.level, sitting.passed) == ("FLAGGED", "", False)
    assert (case.reasons, case.due_at - case.opened_at) == (["FLAGGED"], timedelta(hours=48))
    assert case.risk > 0
    assert not LevelCertificate.objects.filter(sitting=sitting).exists()
    assert sitting.result.released_at is None
    assert list(Notice.objects.values_list("kind", flat=True)) == ["proctoring/result_held"]


def test_nobody_decided_about_the_photo(asha, assessment):
    """A photo that neither the comparison nor a person decided about holds the result."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    IdentityCheck.objects.filter(sitting=sitting).update(outcome="PERSON")
    assert case_of(submit(sitting)).reasons == ["IDENTITY"]


def test_low_coverage_holds_the_result(asha, assessment):
    """A test that was monitored for less than nine tenths of its time is reviewed."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    answer_all(sitting, at=NOON)
    end = NOON + timedelta(minutes=5)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=end)
    held = grade_all(sitting, at=end)
    held.refresh_from_db()
    assert held.coverage < 0.9
    assert (held.state, case_of(held).reasons) == ("FLAGGED", ["COVERAGE"])


def test_lot_holds_a_result(asha, assessment, settings):
    """A share of clean results is reviewed by lot."""
    settings.HITOUCH_REVIEW_SAMPLE_PERCENT = 100
    assert case_of(make_graded_sitting(asha)).reasons == ["RANDOM"]


def test_nothing_tells_the_level(asha, assessment, signed_in):
    """Neither page nor API, nor the list of skills tells score or level of a held result."""
    sitting = make_held_sitting(asha)
    client = signed_in(asha.user)
    shown = client.get(f"/api/v1/sittings/{sitting.pk}/").json()
    assert (shown["state"], shown["score"], shown["level"], shown["passed"]) == (
        "FLAGGED", None, "", False,
    )  # fmt: skip
    assert {part["score"] for part in shown["parts"]} == {None}
    result = client.get(f"/api/v1/sittings/{sitting.pk}/result/").json()
    assert (result["state"], result["level"], result["skills"]) == ("REVIEW", "", [])
    due = NOON + timedelta(hours=48)
    for found in (shown, result):
        assert datetime.fromisoformat(found["reviewed_until"]) == due
    page = client.get(f"/assessment/{sitting.pk}/result/").content.decode()
    assert "being reviewed" in page
    assert "Wed 25 Nov, 12:00 pm" in page
    assert "C2" not in page
    assert client.get(f"/assessment/{sitting.pk}/certificate/").status_code == 404


def test_no_new_attempt_while_a_person_looks(asha, assessment):
    """A held result gives neither another attempt nor a valid result."""
    make_held_sitting(asha)
    with pytest.raises(ResultBeingReviewed):
        invite_again(agent=asha, by=asha.user, at=NOON)
    assert queries.best_level(asha) == ""


def test_earlier_level_stays(asha, assessment):
    """A level that was reached before is not touched while a newer result is held."""
    make_graded_sitting(asha, levels=("A1", "A2"))
    make_held_sitting(asha)
    asha.refresh_from_db()
    assert asha.level == "A2"


def test_clearing_releases(asha, assessment, proctor):
    """With the decision the level, the certificate and the news come at once."""
    sitting = make_held_sitting(asha)
    case = case_of(sitting)
    later = NOON + timedelta(hours=3)
    services.decide_case(case=case, verdict="CLEAR", reason="", by=proctor, at=later)
    asha.refresh_from_db()
    sitting.refresh_from_db()
    assert (sitting.state, asha.level, sitting.result.released_at) == ("CLEARED", "C2", later)
    assert LevelCertificate.objects.get(sitting=sitting).issued_at
    assert Notice.objects.filter(kind="onboarding/level_reached").count() == 1


def test_work_queue_counts_held_results(asha, ravi, assessment):
    """The staff's first page counts open cases, with the age of the oldest."""
    make_graded_sitting(ravi)
    make_held_sitting(asha)
    label = "Assessments to review"
    waiting = next(row for row in queries.work_queues(now=NOON) if row.label == label)
    assert (waiting.count, waiting.oldest_at) == (1, NOON)


def test_dismissed_violations_do_not_count(asha, assessment, proctor):
    """What a person dismissed adds no points to the risk of the sitting."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    rows = [observe(sitting) for _ in range(3)]
    held = submit(sitting)
    before = case_of(held).risk
    for row in rows:
        services.rule_observation(
            observation=row, verdict="DISMISSED", reason="A notification.", by=proctor, at=NOON
        )
    facts = review.facts_of(held)
    assert (facts.points, facts.counted) == (0, ())
    assert risk_of(facts).total < before
