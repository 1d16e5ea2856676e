"""The result by page and API: while it is graded, when it is out, and when it was cancelled."""

from datetime import timedelta
from decimal import Decimal

import pytest

from conftest import NOON
from proctoring.delivery import services as sittings
from proctoring.grading import evaluation
from proctoring.grading import services as grading
from proctoring.grading.evaluators import MachineView
from proctoring.models import Sitting
from proctoring.results.queries import bar_of
from proctoring.review import services as review
from proctoring.tests.support.cast import answer_all, grade_all, make_sitting
from proctoring.tests.support.productive import LETTER, add_section, write_answer

EVIDENCE = [
    {
        "start": 0,
        "end": 9,
        "effect": "cost",
        "criterion": "grammar",
        "message": "Use a comma here.",
        "suggestion": "Dear team,",
        "weight": 1,
    }
]


def written(agent, text: str = LETTER, at=NOON) -> Sitting:
    """A submitted sitting with two written answers."""
    sitting = make_sitting(agent, "IN_PROGRESS", at)
    answer_all(sitting, at=at)
    for question in add_section(sitting, "WRITING", 2):
        write_answer(question, text, at=at)
    return sittings.submit_sitting(sitting=sitting, by=agent.user, at=at)


@pytest.fixture
def graded(asha, assessment) -> Sitting:
    """A graded sitting, with remarks on its first written answer."""
    sitting = written(asha)
    first = sitting.drawn.filter(version__item__kind="WRITING").order_by("position").first()
    done = grade_all(sitting)
    criteria = {"grammar": 2.0, "range": 3.5, "coherence": 4.0, "task": 5.0}
    found = MachineView(
        "text", "1", measures={"criteria": criteria}, evidence=EVIDENCE, points=0.9,
        ability=3.0, ability_error=0.6, confidence=0.9,
    )  # fmt: skip
    evaluation.record_evaluation(question=first, found=found, at=NOON)
    return done


def page(client, sitting) -> str:
    return client.get(f"/assessment/{sitting.pk}/result/").content.decode()


def data(client, sitting) -> dict:
    return client.get(f"/api/v1/sittings/{sitting.pk}/result/").json()


def test_progress_is_shown(asha, assessment, signed_in):
    """While answers are evaluated, page and API say how many are done."""
    sitting = written(asha)
    grading.grade_sitting(sitting=sitting, at=NOON)
    client = signed_in(asha.user)
    assert "0 of 2 spoken and written answers are graded." in page(client, sitting)
    found = data(client, sitting)
    assert (found["state"], found["level"], found["score"]) == ("GRADING", "", None)
    progress = found["progress"]
    assert (progress["done"], progress["total"], progress["waits_for_people"]) == (0, 2, False)


def test_waiting_for_people_is_shown(asha, assessment, signed_in):
    """When people have to grade, the person is told that it takes longer."""
    sitting = written(asha)
    for question in sitting.drawn.filter(version__item__kind="WRITING"):
        unsure = MachineView("text", "1", points=0.5, ability=0.0, ability_error=1, confidence=0.1)
        evaluation.record_evaluation(question=question, found=unsure, at=NOON)
    grading.grade_sitting(sitting=sitting, at=NOON)
    client = signed_in(asha.user)
    assert "A person is checking" in page(client, sitting)
    assert data(client, sitting)["progress"]["waits_for_people"] is True


def test_result_is_shown(asha, graded, signed_in):
    """Level with its range, skills, remarks on answers, advice and certificate, on both ways."""
    client = signed_in(asha.user)
    shown, found = page(client, graded), data(client, graded)
    assert "Your level is C2, mastery" in shown
    assert "19 times in 20 your true level is" in shown
    assert '<mark class="cost">Dear team</mark>' in shown
    assert "Use a comma here." in shown
    assert "What to practise next" in shown
    assert found["state"] == "RELEASED"
    assert found["level_low"] <= found["level"] <= found["level_high"]
    assert Decimal(found["score_low"]) <= Decimal(found["score"]) <= Decimal(found["score_high"])
    assert {row["skill"] for row in found["skills"]} == {"READING", "USE", "WRITING"}
    assert found["answers"][0]["text"] == LETTER
    assert found["answers"][0]["remarks"][0]["message"] == "Use a comma here."
    assert found["certificate"]["code"].replace("-", "") == graded.certificate.code
    assert len(found["practice"]) >= 3


def test_answers_are_text_and_never_markup(asha, assessment, signed_in):
    """What a person wrote is shown as they wrote it."""
    text = f"<script>alert(1)</script> {LETTER}"
    sitting = written(asha, text)
    grade_all(sitting)
    shown = page(signed_in(asha.user), sitting)
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_cancelled_result(asha, graded, proctor, signed_in):
    """A cancelled result shows the reason and no level."""
    review.void_sitting(sitting=graded, reason="Another person sat it.", by=proctor, at=NOON)
    client = signed_in(asha.user)
    shown, found = page(client, graded), data(client, graded)
    assert "Another person sat it." in shown
    assert "mastery" not in shown
    assert (found["state"], found["level"], found["skills"]) == ("WITHDRAWN", "", [])
    assert found["certificate"]["withdrawn_at"]


def test_others_do_not_see_it(ravi, proctor, graded, signed_in, client):
    """Another agent gets 404; staff and strangers have no such page."""
    for path in ("result/", "certificate/"):
        address = f"/assessment/{graded.pk}/{path}"
        assert signed_in(ravi.user).get(address).status_code == 404
        assert signed_in(proctor).get(address).status_code in (302, 403, 404)
        assert client.get(address).status_code == 302
    address = f"/api/v1/sittings/{graded.pk}/result/"
    assert signed_in(ravi.user).get(address).status_code == 404
    assert signed_in(proctor).get(address).status_code == 403
    assert client.get(address).status_code == 401


def test_no_result_before_the_end(asha, assessment, signed_in, live_clock):
    """A running test has no result."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    client = signed_in(asha.user)
    answer = client.get(f"/api/v1/sittings/{sitting.pk}/result/")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ended")
    assert client.get(f"/assessment/{sitting.pk}/result/").status_code == 302


def test_result_of_an_earlier_version(asha, graded, signed_in):
    """A result from before there were abilities shows score and level without a range."""
    graded.result.delete()
    client = signed_in(asha.user)
    assert "Your level is C2, mastery" in page(client, graded)
    assert data(client, graded)["skills"] == []


@pytest.mark.parametrize(
    ("score", "at"), [("0", 0), ("25", 50), ("50", 100), ("65", 250), ("90", 500), ("100", 600)]
)
def test_each_level_is_as_wide_on_the_bar(score, at):
    """The bar gives every level the same width."""
    value = Decimal(score)
    assert bar_of(value, value, value).at == at


def test_scores_are_not_rounded_into_the_next_level(asha, graded, signed_in):
    """79.99 is shown as 79: at 80 the next level begins."""
    Sitting.objects.filter(pk=graded.pk).update(score=Decimal("79.99"), level="B2")
    graded.result.delete()
    assert "79 out of 100" in page(signed_in(asha.user), graded)


def test_late_answers_are_announced(asha, assessment, signed_in, live_clock):
    """During the grace the page says that answers can still arrive."""
    begun = live_clock - timedelta(minutes=20)
    sitting = make_sitting(asha, "IN_PROGRESS", begun)
    part = sitting.parts.order_by("-position").first()
    total = sum(row.section.minutes for row in sitting.parts.select_related("section"))
    Sitting.objects.filter(pk=sitting.pk).update(begun_at=live_clock - timedelta(minutes=total))
    sittings.advance_clock(sitting=sitting, at=begun + timedelta(hours=2))
    Sitting.objects.filter(pk=sitting.pk).update(ended_at=live_clock)
    assert part is not None
    assert "can still arrive" in page(signed_in(asha.user), sitting)
