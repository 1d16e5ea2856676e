"""Activation of an assessment's version."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from hitouch.core.db.state_machine import transition
from proctoring.models import Assessment


def activate_assessment(*, assessment: Assessment, by: User | None, at: datetime) -> None:
    """Activate a draft and archive the previous version."""
    with transaction.atomic():
        for older in Assessment.objects.select_for_update().filter(
            code=assessment.code, state=Assessment.State.ACTIVE
        ):
            transition(older, to=Assessment.State.ARCHIVED, by=by, at=at, why="A newer version")
        transition(assessment, to=Assessment.State.ACTIVE, by=by, at=at)
