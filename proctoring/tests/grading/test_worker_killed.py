"""A worker that is killed while it evaluates an answer loses nothing."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from conftest import NOON, make_agent
from proctoring.delivery import services as sittings
from proctoring.grading import evaluation, evaluators
from proctoring.grading import services as services
from proctoring.grading.evaluators import MachineView
from proctoring.item_bank.seeding import seed
from proctoring.models import EvaluationJob, GradingCase, WritingEvaluation
from proctoring.tests.support.cast import answer_all, make_sitting
from proctoring.tests.support.productive import add_section, write_answer

pytestmark = [pytest.mark.running, pytest.mark.django_db(transaction=True)]
#: Evaluates an answer with a machine that never ends.
WORK = """
import sys, time, django; django.setup()
from datetime import datetime
from proctoring.grading import evaluation, evaluators
def stuck(question, answer):
    print("evaluating", flush=True)
    time.sleep(600)
evaluators.view = stuck
evaluation.evaluate_next(job_id=sys.argv[1], clock=lambda: datetime.fromisoformat(sys.argv[2]))
"""


def kill_worker(job: EvaluationJob, at) -> None:
    """Start a worker process on this test's database, and kill it in the middle."""
    here = urlsplit(os.environ["DATABASE_URL"])
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hitouch.settings",
        "DATABASE_URL": here._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "HITOUCH_PRIVATE_FILES": str(settings.HITOUCH_PRIVATE_FILES),
    }
    command = [sys.executable, "-c", WORK, str(job.pk), at.isoformat()]
    worker = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=subprocess.PIPE)
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"evaluating\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()


def test_killed_worker_loses_nothing(monkeypatch):
    """After the lease the next worker evaluates the answer, and the result is released once."""
    seed(NOON)
    agent = make_agent("Nila")
    sitting = make_sitting(agent, "IN_PROGRESS")
    answer_all(sitting)
    (question,) = add_section(sitting, "WRITING")
    write_answer(question)
    sittings.submit_sitting(sitting=sitting, by=agent.user, at=NOON)
    services.grade_sitting(sitting=sitting, at=NOON)
    job = EvaluationJob.objects.get()
    kill_worker(job, NOON)
    job.refresh_from_db()
    assert (job.tries, job.finished_at, WritingEvaluation.objects.count()) == (1, None, 0)
    sure = MachineView("test", points=1.0, ability=3.0, ability_error=0.6, confidence=0.9)
    monkeypatch.setattr(evaluators, "view", lambda question, answer: sure)
    early, later = NOON + timedelta(seconds=19), NOON + timedelta(seconds=20)
    assert evaluation.evaluate_next(job_id=job.pk, clock=lambda: early) is False
    assert evaluation.evaluate_next(job_id=job.pk, clock=lambda: later) is True
    assert services.grade_sitting(sitting=sitting, at=later).state == "GRADED"
    assert sitting.events.filter(became="GRADED").count() == 1
    assert not GradingCase.objects.filter(blocking=True).exists()


def test_answer_that_kills_its_workers_goes_to_a_person():
    """An answer at which three workers died is not tried a fourth time."""
    seed(NOON)
    agent = make_agent("Nila")
    sitting = make_sitting(agent, "IN_PROGRESS")
    (question,) = add_section(sitting, "WRITING")
    write_answer(question)
    sittings.submit_sitting(sitting=sitting, by=agent.user, at=NOON)
    services.grade_sitting(sitting=sitting, at=NOON)
    job = EvaluationJob.objects.get()
    EvaluationJob.objects.update(tries=EvaluationJob.MOST_TRIES)
    assert evaluation.evaluate_next(job_id=job.pk, clock=lambda: NOON) is True
    services.grade_sitting(sitting=sitting, at=NOON)
    assert GradingCase.objects.get().reason == "FAILED"
