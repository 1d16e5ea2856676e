"""Grading of sittings of the whole assessment, on a database of its own.

`bench/assessment_grading.py 50` grades so many sittings with written answers. Last, eight workers
grade the same sitting at once: its result is announced once.
"""

import sys
import threading
import time
from datetime import timedelta
from importlib import import_module
from typing import Any

from _harness import report
from _own_database import own_database

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20
WORKERS = 8
LETTER = (
    "Dear team, I am writing about the delivery of last Monday. The driver came two hours late "
    "because the road was closed, so we could not unpack the boxes before the shop opened. I think "
    "we should ask the company to call us when there is a delay. If they agree, our customers will "
    "wait less. Could you please send me their number? Thank you very much. Best regards, Nila"
)


def prepare_release(sitting: Any, cast: Any, at: Any) -> None:
    """Let machine and people do their part, so that only the release is left."""
    cast.evaluate_all(sitting, at=at)
    cast.services.grade_sitting(sitting=sitting, at=at)
    cases = cast.GradingCase.objects.filter(question__sitting=sitting, state="OPEN")
    for number, case in enumerate(cases):
        marks = dict.fromkeys(cast.ratings.criteria_of(case.question), 5)
        grader = cast.make_staff(f"Grader{number}", "grader")
        cast.ratings.record_rating(question=case.question, grader=grader, criteria=marks, at=at)


def measure() -> None:
    cast: Any = import_module("proctoring.tests.support.cast")
    productive: Any = import_module("proctoring.tests.support.productive")
    grading: Any = import_module("proctoring.grading.services")
    evaluation: Any = import_module("proctoring.grading.evaluation")
    models: Any = import_module("proctoring.models")
    signals: Any = import_module("proctoring.signals")
    common: Any = import_module("conftest")
    import_module("proctoring.item_bank.seeding").seed(common.NOON)
    announced: list[Any] = []

    def note(sender: Any, sitting: Any, **facts: Any) -> None:
        announced.append(sitting.pk)

    signals.sitting_graded.connect(note)
    at = common.NOON + timedelta(hours=2)
    sittings = []
    for number in range(COUNT + 1):
        sitting = cast.make_sitting(common.make_agent(f"Agent{number}"), "IN_PROGRESS")
        cast.answer_all(sitting)
        for question in sitting.drawn.filter(version__item__kind="WRITING"):
            productive.write_answer(question, LETTER)
        cast.sittings.submit_sitting(sitting=sitting, by=sitting.agent.user, at=common.NOON)
        sittings.append(sitting)
    marking, evaluating, cpu, answers = 0.0, 0.0, 0.0, 0
    for sitting in sittings:
        began = time.perf_counter()
        grading.grade_sitting(sitting=sitting, at=at)
        marking += time.perf_counter() - began
        for job in models.EvaluationJob.objects.due(at).filter(question__sitting=sitting):
            began, used = time.perf_counter(), time.process_time()
            evaluation.evaluate_next(job_id=job.pk, clock=lambda: at)
            evaluating += time.perf_counter() - began
            cpu += time.process_time() - used
            answers += 1
    last = sittings.pop()
    for sitting in sittings:
        began = time.perf_counter()
        grading.grade_sitting(sitting=sitting, at=at)
        marking += time.perf_counter() - began
    prepare_release(last, cast, at)
    barrier = threading.Barrier(WORKERS)

    def work() -> None:
        barrier.wait()
        try:
            grading.grade_sitting(sitting=last, at=at)
        finally:
            import_module("django.db").connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waiting = models.Sitting.objects.filter(state="GRADING").count()
    print(f"{COUNT} sittings, {answers} written answers, {waiting} results wait for people")
    report(
        {
            "seconds of marking and computing a sitting": (marking / COUNT, 0.5),
            "processor seconds of evaluating a written answer": (cpu / max(answers, 1), 0.6),
            "seconds of evaluating a written answer": (evaluating / max(answers, 1), 1.5),
            "results announced more than once": (len(announced) - len(set(announced)), 0),
            "announcements missing or too many with eight workers": (
                abs(announced.count(last.pk) - 1),
                0,
            ),
        }
    )


with own_database():
    measure()
