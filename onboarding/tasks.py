"""Celery tasks of onboarding and their schedule. All tasks are idempotent.

A task keeps its name on the wire when its function is renamed: messages of the last release wait.
"""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from onboarding.agreements import publishing, sealing
from onboarding.kyc import held_pictures, quarantine, reading
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.digilocker import services as digilocker
from onboarding.kyc.review import hand_masking
from onboarding.kyc.review import services as review
from onboarding.models import KycCase
from onboarding.payees import verification as payees_verification
from onboarding.steps import services as steps
from onboarding.vocabulary import services as vocabulary

schedule = {
    "onboarding.clear_up": {"task": "onboarding.tasks.clear_up", "schedule": 3600.0},
    "onboarding.sweep_account_tests": {
        "task": "onboarding.tasks.sweep_account_tests",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "onboarding.check_waiting_cases": {
        "task": "onboarding.tasks.check_waiting_cases",
        "schedule": 60.0,
    },
    "onboarding.read_uploads": {
        "task": "onboarding.tasks.read_next_upload",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "onboarding.read_results": {
        "task": "onboarding.tasks.read_next_result",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "onboarding.tell_overdue": {"task": "onboarding.tasks.tell_overdue", "schedule": 600.0},
    "onboarding.destroy_held": {"task": "onboarding.tasks.destroy_held", "schedule": 600.0},
    "onboarding.seal_papers": {"task": "onboarding.tasks.seal_papers", "schedule": 60.0},
    "onboarding.tidy_words": {
        "task": "onboarding.tasks.tidy_words",
        "schedule": crontab(hour=21, minute=30),
    },
    "onboarding.sweep_digilocker": {
        "task": "onboarding.tasks.sweep_digilocker",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "onboarding.sweep_clearances": {
        "task": "onboarding.tasks.sweep_clearances",
        "schedule": 60.0,
    },
    "onboarding.start_texts": {"task": "onboarding.tasks.start_texts", "schedule": 60.0},
}


@shared_task(name="onboarding.tasks.clear_up")
def delete_old_provider_events(**kwargs: object) -> None:
    """Delete old events of the payout provider."""
    payees_verification.delete_old_events(now=timezone.now())


@shared_task
def test_account(*, test_id: str, **kwargs: object) -> None:
    """Advance the verification of one bank account."""
    payees_verification.advance_verification(test_id=test_id, now=timezone.now())


@shared_task
def sweep_account_tests(**kwargs: object) -> None:
    """Advance all due verifications (sweep)."""
    payees_verification.sweep_verifications(now=timezone.now())


@shared_task
def destroy_held(**kwargs: object) -> None:
    """Delete originals that were not masked or unlocked within a day, and lost ones."""
    held_pictures.destroy_held(at=timezone.now())
    quarantine.destroy_unneeded(at=timezone.now())


@shared_task(soft_time_limit=290, time_limit=300)
def read_next_upload(**kwargs: object) -> None:
    """Read the uploaded document whose turn it is (after each upload, and as a sweep)."""
    reading.read_next(clock=timezone.now)


@shared_task(soft_time_limit=290, time_limit=300)
def read_next_result(**kwargs: object) -> None:
    """Read the next result of masking by hand (after each proposal, and as a sweep)."""
    hand_masking.read_next(clock=timezone.now)


@shared_task(name="onboarding.tasks.tell_overdue")
def alert_overdue_reviews(**kwargs: object) -> None:
    """Mail operations, once a day, if documents wait too long."""
    review.alert_overdue(at=timezone.now())


@shared_task
def check_case(*, case_id: str, **kwargs: object) -> None:
    """Check one submitted case, and approve it if all checks pass."""
    case = KycCase.objects.waiting().filter(pk=case_id).first()
    if case is not None:
        review.check_and_auto_approve(case=case, at=timezone.now())


@shared_task
def check_waiting_cases(**kwargs: object) -> None:
    """Check submitted cases without checks (sweep)."""
    review.sweep_unchecked_cases(at=timezone.now())


@shared_task
def seal_paper(*, paper_id: str, **kwargs: object) -> None:
    """Seal one PDF."""
    sealing.seal_pdf(paper_id=paper_id, at=timezone.now())


@shared_task
def seal_papers(**kwargs: object) -> None:
    """Seal all due PDFs (sweep)."""
    sealing.seal_due_pdfs(at=timezone.now())


@shared_task(name="onboarding.tasks.tell_news")
def notify_signers(*, news_id: str, **kwargs: object) -> None:
    """Notify signers of an older version that a new one is in force."""
    publishing.notify_signers(news_id=news_id, at=timezone.now())


@shared_task(name="onboarding.tasks.start_texts")
def activate_due_texts(**kwargs: object) -> None:
    """Put scheduled texts in force, and resume pending notifications."""
    publishing.activate_due(at=timezone.now())
    publishing.sweep_notifications(at=timezone.now())


@shared_task
def sweep_clearances(**kwargs: object) -> None:
    """End clearances of agents who lost a step unannounced (sweep)."""
    steps.sweep_clearances(at=timezone.now())


@shared_task(name="onboarding.tasks.tidy_words")
def refresh_vocabulary(**kwargs: object) -> None:
    """Update profiles to the current vocabulary, and refresh the list of unlisted terms."""
    vocabulary.refresh_unlisted_words(at=timezone.now())


@shared_task
def fetch_digilocker(*, session_id: str, **kwargs: object) -> None:
    """Advance one DigiLocker session."""
    fetching.advance_session(session_id=session_id, at=timezone.now())


@shared_task
def sweep_digilocker(**kwargs: object) -> None:
    """Advance due DigiLocker sessions and end expired ones (sweep)."""
    digilocker.expire_sessions(at=timezone.now())
    fetching.sweep_digilocker(at=timezone.now())
