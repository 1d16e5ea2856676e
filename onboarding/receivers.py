"""What onboarding does when proctoring announces something."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from onboarding.assessment import services as assessment
from proctoring import signals as proctoring_signals
from proctoring.models import Sitting


@receiver(proctoring_signals.sitting_graded, dispatch_uid="onboarding.sitting_graded")
def sitting_graded(sender: object, sitting: Sitting, **ignored: Any) -> None:
    """A test has its level."""
    assessment.on_graded(sitting=sitting, at=timezone.now())


@receiver(proctoring_signals.sitting_voided, dispatch_uid="onboarding.sitting_voided")
def sitting_voided(sender: object, sitting: Sitting, **ignored: Any) -> None:
    """A result was taken back."""
    assessment.on_voided(sitting=sitting, at=timezone.now())
