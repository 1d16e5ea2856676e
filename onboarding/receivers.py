"""Receivers of the signals of accounts and proctoring: what they mean for steps and clearance."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts import signals as accounts_signals
from accounts.models import Agent, User
from hitouch.core.models import StoredFile
from onboarding.assessment import services as assessment
from onboarding.models import KycDocument
from onboarding.steps import services as steps
from proctoring import signals as proctoring_signals
from proctoring.models import Sitting


@receiver(proctoring_signals.sitting_graded, dispatch_uid="onboarding.sitting_graded")
def sitting_graded(sender: object, sitting: Sitting, **ignored: Any) -> None:
    """A language assessment was graded."""
    assessment.on_graded(sitting=sitting, at=timezone.now())


@receiver(proctoring_signals.sitting_voided, dispatch_uid="onboarding.sitting_voided")
def sitting_voided(sender: object, sitting: Sitting, **ignored: Any) -> None:
    """A result was voided."""
    assessment.on_voided(sitting=sitting, at=timezone.now())


@receiver(proctoring_signals.document_photos_requested, dispatch_uid="onboarding.document_photos")
def document_photos(sender: object, agent: Agent, **ignored: Any) -> list[StoredFile]:
    """The photos of approved documents, with which a machine compares a face."""
    documents = KycDocument.objects.filter(
        case__agent=agent, approved_at__isnull=False, file__isnull=False
    ).exclude(kind=KycDocument.Kind.AADHAAR_BACK)
    rows = documents.select_related("file").order_by("-approved_at")
    return [row.file for row in rows if row.file is not None]


@receiver(
    [
        accounts_signals.account_shut,
        accounts_signals.account_reopened,
        accounts_signals.contact_changed,
    ],
    dispatch_uid="onboarding.account_changed",
)
def account_changed(sender: object, user: User, **ignored: Any) -> None:
    """An account was suspended, closed or reactivated, or a contact was verified."""
    agent = user.agent_or_none
    if agent is not None:
        steps.settle_clearance(agent=agent, at=timezone.now())
