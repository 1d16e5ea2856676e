"""Graders rate answers of others without seeing whose they are or what others said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from conftest import NOON, make_staff
from proctoring.grading.graders import queries, services
from proctoring.grading.ratings import SPEAKING_CRITERIA, WRITING_CRITERIA
from proctoring.models import AnswerRating, GradingCase
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.productive import add_section, record_answer, write_answer

MARKS = dict.fromkeys(WRITING_CRITERIA, 3.0)


def open_case(question, at=NOON, **facts) -> GradingCase:
    return GradingCase.objects.create(
        question=question, reason="LOW_CONFIDENCE", opened_at=at, **facts
    )


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "IN_PROGRESS")


@pytest.fixture
def case(sitting):
    """A written answer of Asha that needs one rating."""
    [question] = add_section(sitting, "WRITING")
    write_answer(question, "My own words about it.")
    return open_case(question)


@pytest.fixture
def grader(db) -> User:
    return make_staff("Gita", "grader")


def test_graders_take_the_oldest_that_holds_a_result_up(sitting, grader):
    """Blocking cases come before samples, then by age; the taken one is shown again."""
    questions = add_section(sitting, "WRITING", 3)
    open_case(questions[0], NOON - timedelta(days=9), blocking=False)
    open_case(questions[1], NOON)
    open_case(questions[2], NOON - timedelta(days=1))
    taken = services.take_next(grader=grader, at=NOON)
    assert taken.question == questions[2]
    assert services.take_next(grader=grader, at=NOON) == taken


def test_answer_is_kept_for_half_an_hour(case, grader):
    """One rating is needed: nobody else gets the answer until the grader lets it lie."""
    other = make_staff("Hari", "grader")
    services.take_next(grader=grader, at=NOON)
    with pytest.raises(services.NoAnswerWaits):
        services.take_next(grader=other, at=NOON + timedelta(minutes=29))
    late = NOON + timedelta(minutes=31)
    assert services.take_next(grader=other, at=late).question == case.question


def test_two_rate_a_sample_apart(case, grader):
    """Where two ratings are needed, two graders get the answer, each once."""
    GradingCase.objects.update(needed=2)
    other = make_staff("Hari", "grader")
    first, second = (services.take_next(grader=who, at=NOON) for who in (grader, other))
    services.rate(rating=first, grader=grader, criteria=MARKS, comment="", at=NOON)
    with pytest.raises(services.NoAnswerWaits):
        services.take_next(grader=grader, at=NOON)
    services.rate(rating=second, grader=other, criteria=MARKS, comment="", at=NOON)
    case.refresh_from_db()
    assert case.state == "DONE"


def test_answer_that_was_left_goes_to_others(case, grader):
    """A grader who knows the person leaves the answer, and does not get it again."""
    services.give_back(rating=services.take_next(grader=grader, at=NOON), at=NOON)
    with pytest.raises(services.NoAnswerWaits):
        services.take_next(grader=grader, at=NOON)
    other = make_staff("Hari", "grader")
    assert services.take_next(grader=other, at=NOON).question == case.question


def test_nobody_gets_their_own_answer(case, asha):
    """A grader who is an agent too never gets an answer of their own."""
    with pytest.raises(services.NoAnswerWaits):
        services.take_next(grader=asha.user, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_graders_at_the_same_moment(asha, assessment):
    """Six graders at once get three answers, each once."""
    questions = add_section(make_sitting(asha, "IN_PROGRESS"), "WRITING", 3)
    for question in questions:
        open_case(question)
    graders = [make_staff(f"Grader{number}", "grader") for number in range(6)]
    barrier = Barrier(6, timeout=60)

    def take(grader):
        barrier.wait()
        try:
            return services.take_next(grader=grader, at=NOON).question_id
        except services.NoAnswerWaits:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        taken = [found for found in pool.map(take, graders) if found]
    assert len(taken) == len(set(taken)) <= 3
    assert AnswerRating.objects.count() == len(taken)


def test_page_is_blind(case, grader, signed_in):
    """The page shows task and answer, no name, no mark of the machine or of others."""
    GradingCase.objects.update(needed=2)
    other = make_staff("Hari", "grader")
    theirs = services.take_next(grader=other, at=timezone.now())
    services.rate(
        rating=theirs, grader=other, criteria=MARKS, comment="Hari's view", at=timezone.now()
    )
    client = signed_in(grader)
    page = client.post("/grading/next/", follow=True).content.decode()
    assert "My own words about it." in page
    agent = case.question.sitting.agent
    for hidden in (str(agent), agent.user.email, "Hari's view", "LOW_CONFIDENCE"):
        assert hidden not in page


def test_page_saves_marks_and_goes_on(case, grader, signed_in):
    """Marks that miss one are asked for again and kept; complete ones are saved."""
    client = signed_in(grader)
    place = client.post("/grading/next/").url
    marks = dict.fromkeys(WRITING_CRITERIA[1:], "4")
    page = client.post(place, marks).content.decode()
    assert "Select a mark." in page
    assert page.count(" checked") == len(WRITING_CRITERIA) - 1
    done = client.post(place, {**marks, WRITING_CRITERIA[0]: "4", "comment": "Clear."})
    assert done.url == "/grading/"
    rating = AnswerRating.objects.get()
    assert (rating.criteria["grammar"], rating.comment) == (4.0, "Clear.")


def test_api_does_the_same(case, grader, signed_in):
    """A program takes an answer and rates it; missing or odd marks are refused."""
    client = signed_in(grader)
    taken = client.post("/api/v1/staff/grading/next/").json()
    assert (taken["answer"], taken["recorded"]) == ("My own words about it.", False)
    assert set(taken) & {"agent", "sitting", "evaluation"} == set()
    place = f"/api/v1/staff/grading/{taken['id']}/"
    for bad in ({"grammar": 3}, {**MARKS, "task": 9}, {**MARKS, "task": None}):
        answer = client.post(place, {"criteria": bad}, "application/json")
        assert answer.status_code in (400, 422)
    assert client.post(place, {"criteria": MARKS}, "application/json").status_code == 204
    assert client.post(place, {"criteria": MARKS}, "application/json").status_code == 409
    assert client.post("/api/v1/staff/grading/next/").json()["code"] == "nothing_to_rate"


def test_recordings_are_heard_by_who_took_them(sitting, grader, signed_in):
    """The recording is sent while the grader has the answer, to nobody else."""
    [question] = add_section(sitting, "SPEAKING")
    record_answer(question, b"speech")
    open_case(question)
    client = signed_in(grader)
    place = client.post("/grading/next/").url
    assert client.get(f"{place}audio/").content == b"speech"
    assert "<audio" in client.get(place).content.decode()
    assert signed_in(make_staff("Hari", "grader")).get(f"{place}audio/").status_code == 404
    services.rate(
        rating=AnswerRating.objects.get(),
        grader=grader,
        criteria=dict.fromkeys(SPEAKING_CRITERIA, 2.0),
        comment="",
        at=timezone.now(),
    )
    assert client.get(f"{place}audio/").status_code == 404


def test_only_graders_grade(case, proctor, asha, signed_in, client):
    """Staff in another role, agents and nobody reach neither desk nor answers."""
    for path in ("/grading/", "/grading/agreement/", "/api/v1/staff/grading/agreement/"):
        assert signed_in(proctor).get(path).status_code == 403
        assert signed_in(asha.user).get(path).status_code == 403
        assert client.get(path).status_code in (302, 401)
    assert signed_in(proctor).post("/api/v1/staff/grading/next/").status_code == 403


def test_figures_of_graders(case, grader, signed_in):
    """Agreement is shown for each grader, and needs no query for each rating."""
    GradingCase.objects.update(needed=2)
    for who in (grader, make_staff("Hari", "grader")):
        rating = services.take_next(grader=who, at=NOON)
        services.rate(rating=rating, grader=who, criteria=MARKS, comment="", at=NOON)
    figures = queries.grader_figures(NOON + timedelta(days=1))
    assert [(row.rated, row.with_people.exact) for row in figures] == [(1, 1.0), (1, 1.0)]
    page = signed_in(grader).get("/grading/agreement/").content.decode()
    assert str(grader) in page
