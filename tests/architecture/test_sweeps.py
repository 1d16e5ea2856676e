"""Periodic tasks work on rows through `hitouch.core.sweeps`, each row by itself."""

from typing import Any

import pytest

from hitouch.celery import app as celery_app
from hitouch.core import sweeps
from hitouch.core.data_protection import orphans

#: Tasks that run no sweep, and why one row cannot stop the others.
WITHOUT_SWEEP = {
    "hitouch.core.tasks.check_lateness": "One aggregate for each queue; changes only alarms.",
    "accounts.tasks.seal_audit": "A chain has one order, under one lock; "
    "`sweeps.attempt_together` passes over events that cannot be read or saved.",
    "accounts.tasks.check_sms": "Compares one sum with the day's budget; changes only an alarm.",
    "accounts.tasks.check_audit": "Reads the whole chain in its order and changes nothing.",
    "onboarding.tasks.read_next_upload": "Leases one row a run; a row that fails waits for its "
    "lease to end, and is refused after some tries.",
    "chatbot.tasks.compute_figures": "Counts whole days and replaces their rows; each run repeats "
    "what the one before did not do.",
    "chatbot.tasks.compute_today": "Counts two days and replaces their rows.",
    "gigs.tasks.check_receipts": "Reads chains in their order; only adds seals.",
    "gigs.tasks.check_next_deliverable": "Leases one row a run, as for uploads.",
    "onboarding.tasks.read_next_result": "Leases one row a run, as for uploads.",
    "chatbot.tasks.check_faq": "Reads all entries together; changes only an alarm.",
    "onboarding.tasks.tell_overdue": "One aggregate, and one mail a day.",
    "onboarding.tasks.tidy_words": "Rewrites sets of rows; `sweeps.attempt_together` passes over "
    "rows that cannot be written.",
    "hitouch.tasks.apply_retention": "`ExpiringRows` ends each row by `sweeps.attempt_each`.",
    "proctoring.tasks.judge_detectors": "A few kinds, judged by sums over all their rulings.",
    "proctoring.tasks.fit_items": "Fits all items together; writes in one transaction.",
    "payments.tasks.seal_ledger": "A chain has one order, under one lock; as for the audit log.",
    "payments.tasks.check_ledger": "Reads the whole chain in its order, and sums legs.",
    "payments.tasks.check_money": "Reads only; one query for each invariant.",
    "payments.tasks.count_liabilities": "One sum for each recent period; changes only stored sums.",
    "chatbot.tasks.add_public_holidays": "Adds the few days of a year in one statement.",
    "payments.tasks.reconcile": "Compares lists as a whole, since pairs may be anywhere in them.",
}


def scheduled_tasks() -> list[str]:
    celery_app.loader.import_default_modules()
    celery_app.finalize()
    return sorted({entry["task"] for entry in celery_app.conf.beat_schedule.values()})


@pytest.fixture
def started(monkeypatch: Any) -> list[str]:
    """Names of sweeps, as they are started."""
    names: list[str] = []
    real = sweeps.run

    def run(sweep: sweeps.Sweep, **options: Any) -> sweeps.SweepOutcome:
        names.append(sweep.name)
        return real(sweep, **options)

    def destroy_orphans(sweep: sweeps.Sweep, **options: Any) -> int:
        names.append(sweep.name)
        return 0

    monkeypatch.setattr(sweeps, "run", run)
    monkeypatch.setattr(orphans, "destroy_orphans", destroy_orphans)
    return names


@pytest.mark.django_db
def test_each_scheduled_task_runs_sweeps(started: list[str]) -> None:
    """A task of the schedule runs sweeps, or says why it needs none; no sweep is left out."""
    without = set()
    for name in scheduled_tasks():
        if name not in WITHOUT_SWEEP:
            before = len(started)
            celery_app.tasks[name]()
            without |= {name} if len(started) == before else set()
    assert without == set()
    assert set(started) == set(sweeps.SWEEPS)


def test_the_exceptions_are_scheduled() -> None:
    """The list above names no task that is gone."""
    assert set(WITHOUT_SWEEP) <= set(scheduled_tasks())


@pytest.mark.django_db
def test_sweeps_read_rows_in_an_order_that_the_database_can_keep() -> None:
    """The order of every sweep ends with the primary key, so that it is stable."""
    celery_app.loader.import_default_modules()
    assert [each.name for each in sweeps.SWEEPS.values() if each.order[-1] != "pk"] == []
