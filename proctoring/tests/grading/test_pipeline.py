"""From the end of a sitting to its result: steps, machine, people, one announcement."""

import threading
from datetime import timedelta
from pathlib import Path

import pgtrigger
import pytest
from django.db import connection

from conftest import NOON, make_staff
from proctoring import maintenance, queries, signals, tasks
from proctoring.delivery import journal
from proctoring.delivery import services as sittings
from proctoring.grading import evaluation, evaluators, ratings
from proctoring.grading import services as services
from proctoring.grading.evaluators import MachineView
from proctoring.grading.graders import queries as desk
from proctoring.grading.queries import integrity_of
from proctoring.models import (
    EvaluationJob,
    GradingCase,
    Sitting,
    SittingResult,
    SpeakingEvaluation,
    WritingEvaluation,
)
from proctoring.tests.support.cast import (
    answer_all,
    grade_all,
    make_entry,
    make_graded_sitting,
    make_sitting,
)
from proctoring.tests.support.device import Device
from proctoring.tests.support.productive import add_section, record_answer, write_answer
from tests.support.waiting import DEADLINE_SECONDS

#: Six seconds of speech, as Chromium's MediaRecorder writes it.
SPEECH = Path(__file__).parents[1] / "data" / "speech" / "chromium.webm"
SURE = {"points": 0.6, "ability": 1.8, "ability_error": 0.6, "confidence": 0.9}


@pytest.fixture
def announced():
    """The sittings that were announced as graded."""
    found = []

    def note(sender, sitting, **facts):
        found.append(sitting.pk)

    signals.sitting_graded.connect(note)
    yield found
    signals.sitting_graded.disconnect(note)


@pytest.fixture
def machine(monkeypatch):
    """A machine whose views tests choose; it counts how often it is asked."""

    class Machine:
        view = MachineView("test", "1", **SURE)
        asked = 0

        def __call__(self, question, answer):
            self.asked += 1
            if isinstance(self.view, Exception):
                raise self.view
            return self.view

    made = Machine()
    monkeypatch.setattr(evaluators, "view", made)
    return made


def submitted(agent, *, written: int = 2, **facts) -> Sitting:
    """A submitted sitting: correct choices, and written answers."""
    sitting = make_sitting(agent, "IN_PROGRESS")
    answer_all(sitting)
    if written:
        for question in add_section(sitting, "WRITING", written, **facts):
            write_answer(question)
    return sittings.submit_sitting(sitting=sitting, by=agent.user, at=NOON)


def evaluate(at=NOON) -> None:
    """What workers do with the queue."""
    for job in EvaluationJob.objects.due(at):
        evaluation.evaluate_next(job_id=job.pk, clock=lambda: at)


def mark(question, level: float = 3, name: str = "Farah", at=NOON):
    """One person's marks."""
    grader = make_staff(name, "proctor")
    criteria = dict.fromkeys(ratings.criteria_of(question), level)
    return ratings.record_rating(question=question, grader=grader, criteria=criteria, at=at)


def test_result_waits_for_the_machine(asha, assessment, machine, announced):
    """Written answers are queued once, evaluated once each, and then the result is released."""
    sitting = submitted(asha)
    waiting = services.grade_sitting(sitting=sitting, at=NOON)
    services.grade_sitting(sitting=sitting, at=NOON)
    assert (waiting.state, EvaluationJob.objects.count(), announced) == ("GRADING", 2, [])
    evaluate()
    evaluate()
    done = services.grade_sitting(sitting=sitting, at=NOON)
    assert (done.state, machine.asked, announced) == ("GRADED", 2, [sitting.pk])
    assert WritingEvaluation.objects.filter(current=True).count() == 2
    assert {row.points for row in done.drawn.filter(version__item__kind="WRITING")} == {0.6}
    assert {skill.skill for skill in done.result.skills.all()} == {"READING", "USE", "WRITING"}


def test_closed_section_is_evaluated_during_the_test(asha, assessment, machine):
    """The answers of a closed section are queued while the next one is open."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    for question in add_section(sitting, "WRITING", 2):
        write_answer(question)
    assert maintenance.sweep(at=NOON)["to_evaluate"] == 2
    assert maintenance.sweep(at=NOON)["to_evaluate"] == 0
    assert maintenance.sweep_evaluations(at=NOON) == 2
    assert machine.asked == 2
    sitting.refresh_from_db()
    assert sitting.is_live


def test_changed_answer_is_evaluated_again(asha, assessment, machine):
    """An answer that came in late replaces the evaluation of the earlier one."""
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    question = sitting.drawn.get(version__item__kind="WRITING")
    write_answer(question, "I write again, and more.")
    assert services.grade_sitting(sitting=sitting, at=NOON).state == "GRADING"
    evaluate()
    assert services.grade_sitting(sitting=sitting, at=NOON).state == "GRADED"
    assert machine.asked == 2
    assert question.writing_evaluations.filter(current=True).count() == 1
    assert question.writing_evaluations.count() == 2


def test_answer_that_changes_during_its_evaluation(asha, assessment, machine):
    """The evaluation of an answer that changed meanwhile does not count."""
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    question = sitting.drawn.get(version__item__kind="WRITING")

    def change(row, answer):
        if answer.text != "Another text.":
            write_answer(question, "Another text.")
        return MachineView("test", "1", **SURE)

    evaluators.view = change
    evaluate()
    assert not WritingEvaluation.objects.exists()
    evaluate()
    assert WritingEvaluation.objects.count() == 1


def test_unanswered_tasks_need_nobody(asha, assessment, machine, announced):
    """An empty text is no work for machine or people, and lowers the level."""
    full = make_graded_sitting(asha)
    sitting = make_sitting(asha, "IN_PROGRESS", NOON + timedelta(days=1))
    answer_all(sitting, at=NOON + timedelta(days=1))
    add_section(sitting, "WRITING", 2)
    at = NOON + timedelta(days=1)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=at)
    done = services.grade_sitting(sitting=sitting, at=at)
    assert (done.state, machine.asked, GradingCase.objects.count()) == ("GRADED", 0, 0)
    assert done.score < full.score
    assert done.result.skills.get(skill="WRITING").unanswered == 2
    assert done.result.skills.get(skill="WRITING").level == "A1"


def test_skill_that_was_left_out_is_no_disagreement(asha, assessment, machine):
    """Who says nothing at all gets a low result without people grading the other skills."""
    machine.view = MachineView("test", "1", **(SURE | {"ability": 3.0, "points": 1.0}))
    sitting = submitted(asha)
    add_section(sitting, "SPEAKING", 2)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    done = services.grade_sitting(sitting=sitting, at=NOON)
    assert (done.state, GradingCase.objects.filter(blocking=True).count()) == ("GRADED", 0)
    assert done.result.skills.get(skill="SPEAKING").level == "A1"


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (MachineView("none", failure=evaluators.NO_RECOGNISER), "NO_RECOGNISER"),
        (MachineView("none", failure=evaluators.UNREADABLE), "FAILED"),
        (MachineView("test", "1", **(SURE | {"confidence": 0.3})), "LOW_CONFIDENCE"),
        (MachineView("test", "1", confidence=0.9), "LOW_CONFIDENCE"),
    ],
)
def test_unsure_machine_means_a_person(asha, assessment, machine, view, reason, announced):
    """Without a usable evaluation a person grades; the answer is never a zero."""
    machine.view = view
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    assert services.grade_sitting(sitting=sitting, at=NOON).state == "GRADING"
    case = GradingCase.objects.get()
    assert (case.reason, case.state, case.blocking) == (reason, "OPEN", True)
    assert maintenance.sweep(at=NOON + timedelta(hours=1))["ungraded"] == 0
    mark(case.question)
    assert maintenance.sweep(at=NOON + timedelta(hours=1))["ungraded"] == 1
    sitting.refresh_from_db()
    assert (sitting.state, announced) == ("GRADED", [sitting.pk])
    assert sitting.drawn.get(version__item__kind="WRITING").points == pytest.approx(0.6)


def test_crashing_machine_is_tried_again_then_a_person_grades(asha, assessment, machine):
    """Three tries with growing waits, then the answer goes to people."""
    machine.view = RuntimeError("model broke")
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    evaluate(NOON + timedelta(seconds=9))
    assert machine.asked == 1
    evaluate(NOON + timedelta(seconds=10))
    evaluate(NOON + timedelta(seconds=100))
    evaluate(NOON + timedelta(seconds=200))
    assert machine.asked == 3
    services.grade_sitting(sitting=sitting, at=NOON)
    assert GradingCase.objects.get().reason == "FAILED"


def test_switched_off_machine(asha, assessment, settings):
    """With the setting NONE people grade everything that has no key."""
    settings.HITOUCH_MACHINE_GRADES = ["NONE"]
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    services.grade_sitting(sitting=sitting, at=NOON)
    assert GradingCase.objects.get().reason == "NO_RECOGNISER"


def test_recordings_without_recogniser_go_to_people(asha, assessment, settings):
    """A spoken answer that no machine hears waits for a person."""
    settings.HITOUCH_MACHINE_GRADES = ["WRITING"]
    sitting = submitted(asha, written=0)
    (question,) = add_section(sitting, "SPEAKING")
    record_answer(question)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    services.grade_sitting(sitting=sitting, at=NOON)
    mark(question, 5)
    assert services.grade_sitting(sitting=sitting, at=NOON).state == "GRADED"


def test_near_the_border_people_grade_first(asha, assessment, machine):
    """A result within one error of the pass level waits; clients' levels count if they are set."""
    machine.view = MachineView("test", "1", **(SURE | {"ability": -2.4, "points": 0.1}))
    sitting = make_sitting(asha, "IN_PROGRESS")
    answer_all(sitting, levels=("A1",))
    for question in add_section(sitting, "WRITING", 2):
        write_answer(question)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    assert services.grade_sitting(sitting=sitting, at=NOON).state == "GRADING"
    cases = list(GradingCase.objects.select_related("question__version__item"))
    assert [case.reason for case in cases] == ["BORDER", "BORDER"]
    for number, case in enumerate(cases):
        mark(case.question, 1, name=f"Grader{number}")
    assert services.grade_sitting(sitting=sitting, at=NOON).state == "GRADED"


def test_skills_that_disagree_are_graded_by_people(asha, assessment, machine):
    """C2 in reading and A1 in writing is a finding for a person."""
    machine.view = MachineView("test", "1", **(SURE | {"ability": -3.5, "points": 0.0}))
    sitting = submitted(asha)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    services.grade_sitting(sitting=sitting, at=NOON)
    assert {case.reason for case in GradingCase.objects.all()} == {"SKILLS_DISAGREE"}


@pytest.mark.parametrize(("marks", "needed", "mean"), [((2, 3), 2, 2.5), ((1, 4, 4), 3, 4.0)])
def test_third_person_when_two_disagree(asha, assessment, machine, marks, needed, mean):
    """Two people who differ by more than a level call for a third; the closest two count."""
    sitting = submitted(asha, written=1)
    question = sitting.drawn.get(version__item__kind="WRITING")
    case = services.open_case(question=question, reason="LOW_CONFIDENCE", at=NOON, needed=2)
    for number, level in enumerate(marks):
        case.refresh_from_db()
        assert case.state == "OPEN"
        mark(question, level, name=f"Grader{number}")
    case.refresh_from_db()
    assert (case.state, case.needed) == ("DONE", needed)
    estimate = ratings.combine(None, list(question.ratings.all()))
    assert estimate.ability == pytest.approx(-3 + 1.2 * mean)


def test_ratings_that_are_refused(asha, assessment, machine):
    """Nobody rates twice, their own answer, an answer without a case, or with a wrong mark."""
    sitting = submitted(asha, written=1)
    question = sitting.drawn.get(version__item__kind="WRITING")
    with pytest.raises(ratings.RatingNotNeeded):
        mark(question)
    services.open_case(question=question, reason="SAMPLE", at=NOON, needed=2, is_blocking=False)
    grader = make_staff("Zoya", "proctor")
    marks = dict.fromkeys(ratings.criteria_of(question), 3)
    for wrong in ({}, marks | {"task": 6}, marks | {"task": -1}, marks | {"task": "5"}):
        with pytest.raises(ratings.MarkMissing):
            ratings.record_rating(question=question, grader=grader, criteria=wrong, at=NOON)
    with pytest.raises(ratings.OwnAnswer):
        ratings.record_rating(question=question, grader=asha.user, criteria=marks, at=NOON)
    ratings.record_rating(question=question, grader=grader, criteria=marks, at=NOON)
    with pytest.raises(ratings.AlreadyRated):
        ratings.record_rating(question=question, grader=grader, criteria=marks, at=NOON)


def test_sample_does_not_hold_the_result(asha, assessment, machine, settings):
    """Answers of the sample are graded by two people as well, while the result is out."""
    settings.HITOUCH_GRADING_SAMPLE_PERCENT = 100
    sitting = submitted(asha)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    done = services.grade_sitting(sitting=sitting, at=NOON)
    assert done.state == "GRADED"
    cases = GradingCase.objects.all()
    assert {(case.reason, case.needed, case.blocking) for case in cases} == {("SAMPLE", 2, False)}
    score = done.result.score
    mark(cases[0].question, 0, name="Zoya")
    mark(cases[0].question, 0, name="Yash")
    tasks.grade_sitting(sitting_id=str(sitting.pk))
    assert SittingResult.objects.get().score == score


def test_trial_items_do_not_count(asha, assessment, machine):
    """An unscored item is marked for calibration, and changes neither score nor queue."""
    first = make_graded_sitting(asha)
    at = NOON + timedelta(days=1)
    sitting = make_sitting(asha, "IN_PROGRESS", at)
    answer_all(sitting, at=at)
    (trial,) = add_section(sitting, "FILL_BLANK", scored=False)
    (written,) = add_section(sitting, "WRITING", scored=False)
    write_answer(trial, "wrong")
    write_answer(written)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=at)
    done = services.grade_sitting(sitting=sitting, at=at)
    assert (done.state, machine.asked) == ("GRADED", 0)
    trial.refresh_from_db()
    assert (trial.correct, trial.points) == (False, 0)
    assert done.result.skills.get(skill="USE").items == first.result.skills.get(skill="USE").items


def test_section_that_never_opened_counts_as_unanswered(asha, assessment, machine):
    """Who is cut off before a section gets no level out of the sections before it."""
    sitting = submitted(asha, written=0)
    part = sitting.parts.get(section__kind="FILL_BLANK")
    with pgtrigger.ignore():
        part.drawn.all().delete()
    done = services.grade_sitting(sitting=sitting, at=NOON)
    use = done.result.skills.get(skill="USE")
    assert (use.items, use.unanswered) == (part.section.draw, part.section.draw)
    assert done.level < "C1"


def test_old_results_keep_their_scale(asha, assessment):
    """A new scale applies to later sittings only."""
    from proctoring.models import Scale

    first = make_graded_sitting(asha)
    cuts = {"A2": 1.0, "B1": 2.0, "B2": 3.0, "C1": 5.0, "C2": 6.0}
    Scale.objects.create(number=2, cuts=cuts, origin="Panel", published_at=NOON)
    second = make_graded_sitting(asha, at=NOON + timedelta(days=1))
    first.result.refresh_from_db()
    assert (first.result.scale.number, first.result.level) == (1, "C2")
    assert (second.result.scale.number, second.result.level) == (2, "B2")


def test_admitted_answers_are_graded_before_the_release(asha, assessment, machine, announced):
    """A rescue file that is admitted before the result changes it; later people decide."""
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    question = sitting.drawn.get(version__item__kind="WRITING")
    write_answer(question, "The rescued text.")
    signals.answers_admitted.send(sender=Sitting, sitting=sitting)
    evaluate(NOON + timedelta(days=3650))
    done = grade_all(sitting)
    assert done.state == "GRADED"
    signals.answers_admitted.send(sender=Sitting, sitting=sitting)
    assert GradingCase.objects.filter(reason="LATE_ANSWERS", blocking=False).count() == 1
    assert announced == [sitting.pk]


def test_late_answers_are_waited_for(asha, assessment):
    """After an end by the clock grading waits for what was written in time."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    answer_all(sitting)
    end = NOON + timedelta(minutes=40)
    sittings.advance_clock(sitting=sitting, at=end)
    sitting.refresh_from_db()
    soon = sitting.ended_at + timedelta(seconds=119)
    assert not services.grade_sitting(sitting=sitting, at=soon).is_scored
    later = sitting.ended_at + timedelta(seconds=120)
    assert services.grade_sitting(sitting=sitting, at=later).is_scored


def test_written_answer_is_evaluated_with_its_evidence(asha, assessment):
    """The rules for texts give marks, spans and a confidence; the row says which version."""
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    found = WritingEvaluation.objects.get()
    assert (found.method, found.failure, found.current) == ("text", "", True)
    assert set(found.measures["criteria"]) == {"grammar", "range", "coherence", "task"}
    assert all({"start", "end", "message", "effect"} <= set(span) for span in found.evidence)
    assert -3.6 <= found.ability <= 3.6


def test_recording_is_evaluated_with_its_evidence(asha, assessment):
    """A recording gives a transcript with words, criteria and spans that stand in it."""
    sitting = submitted(asha, written=0)
    (question,) = add_section(sitting, "SPEAKING")
    record_answer(question, SPEECH.read_bytes())
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    found = SpeakingEvaluation.objects.get()
    assert found.failure == ""
    assert found.method.startswith("whisper")
    assert found.transcript
    assert found.words[0]["text"]
    assert {"grammar", "fluency"} <= set(found.measures["criteria"])
    assert all(
        0 <= span["start"] <= span["end"] <= len(found.transcript) for span in found.evidence
    )


def test_broken_recording_goes_to_a_person(asha, assessment):
    """What cannot be played is no zero: a person listens."""
    sitting = submitted(asha, written=0)
    (question,) = add_section(sitting, "SPEAKING")
    record_answer(question, b"not sound at all")
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    services.grade_sitting(sitting=sitting, at=NOON)
    assert SpeakingEvaluation.objects.get().failure == "UNREADABLE"
    assert GradingCase.objects.get().reason == "FAILED"


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_announce_once(asha, assessment, machine, announced):
    """Eight workers that finish at once release one result and announce it once."""
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    barrier, faults = threading.Barrier(8, timeout=DEADLINE_SECONDS), []

    def work() -> None:
        barrier.wait()
        try:
            services.grade_sitting(sitting=sitting, at=NOON)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    sitting.refresh_from_db()
    assert (faults, announced, sitting.state) == ([], [sitting.pk], "GRADED")
    assert sitting.events.filter(became="GRADED").count() == 1


def test_marks_of_an_answer_that_a_rescue_file_replaced_do_not_count(asha, assessment, machine):
    """Who marked the earlier text did not mark this one; another grader is asked, and can."""
    machine.view = MachineView("test", "1", failure="CRASHED")
    sitting = submitted(asha, written=1)
    services.grade_sitting(sitting=sitting, at=NOON)
    evaluate()
    services.grade_sitting(sitting=sitting, at=NOON)
    question = sitting.drawn.get(version__item__kind="WRITING")
    marks = dict.fromkeys(ratings.criteria_of(question), 0)
    ratings.record_rating(
        question=question, grader=make_staff("Ela", "grader"), criteria=marks, at=NOON
    )
    later = NOON + timedelta(hours=1)
    rescued = make_entry(question, "The rescued text.", at=NOON + timedelta(seconds=1))
    rescued.origin, rescued.late, rescued.received_at = "RESCUE", True, later
    rescued.save()
    signals.answers_admitted.send(sender=Sitting, sitting=sitting)
    evaluate(NOON + timedelta(days=3650))
    services.grade_sitting(sitting=sitting, at=later)
    assert services.ratings_of([question]) == {}
    case = GradingCase.objects.get(question=question, state="OPEN")
    grader = make_staff("Om", "grader")
    assert case in desk.waiting_for(grader, later)
    marks = dict.fromkeys(ratings.criteria_of(question), 3)
    ratings.record_rating(question=question, grader=grader, criteria=marks, at=later)
    assert [row.grader for row in services.ratings_of([question])[question.pk]] == [grader]


def test_answers_after_the_result_are_for_proctors(asha, assessment):
    """No grader is asked to mark a choice; the proctor sees that answers came late."""
    sitting = make_graded_sitting(asha)
    signals.answers_admitted.send(sender=Sitting, sitting=sitting)
    assert GradingCase.objects.filter(reason="LATE_ANSWERS").exists()
    assert not desk.waiting_for(make_staff("Ela", "grader"), NOON).filter(blocking=False).exists()
    assert "LATE_ANSWERS" in {found.kind for found in integrity_of(sitting)[0]}


def test_sound_recorded_after_the_end_is_shown_to_the_proctor(asha, assessment):
    """Recordings may arrive late; one that is longer than the time it had is a fact."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    first, second = add_section(sitting, "SPEAKING", 2)
    for question, seconds in ((first, 20), (second, 26)):
        take = record_answer(question)
        take.started_at, take.late = NOON - timedelta(seconds=20), True
        take.duration_ms = seconds * 1000
        take.save()
    found = [each for each in integrity_of(sitting)[0] if each.kind == "RECORDED_LATE"]
    assert [(each.question, each.figures["seconds"]) for each in found] == [(second.position, 6.0)]


def test_answers_that_arrived_in_the_grace_are_shown_to_the_proctor(asha, assessment):
    """They count, and the proctor sees that only the device says when they were written."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    question = queries.questions_in(queries.current_section(sitting))[0]
    assert "ARRIVED_LATE" not in {each.kind for each in integrity_of(sitting)[0]}
    minute, tab = timedelta(minutes=1), Device(sitting)
    sittings.close_section(sitting=sitting, position=1, at=NOON + minute)
    row = tab.write(question, "a", NOON + minute / 2)
    journal.append_entries(sitting=sitting, device=tab.id, raw_entries=[row], at=NOON + minute * 2)
    found = [each for each in integrity_of(sitting)[0] if each.kind == "ARRIVED_LATE"]
    assert [each.figures for each in found] == [{"answers": 1}]
