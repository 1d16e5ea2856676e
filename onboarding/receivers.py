"""Receivers of proctoring's signals."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from onboarding.assessment import services as assessment
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
