"""Fixtures of the FAQ's tests: the rates and the assessment that slots read, and staff."""

from typing import Any

import pytest
from django.apps import apps

from conftest import NOON
from payments import seeding as payments_seeding


@pytest.fixture
def facts(db: None) -> None:
    """What slots read from the database: the platform fee, and an assessment in use."""
    payments_seeding.seed(NOON)
    assessments = apps.get_model("proctoring", "Assessment").objects
    assessment = assessments.create(
        code="english", version=1, title="English", kind="LANGUAGE", pass_level="A2"
    )
    sections = [("READING_MCQ", 11), ("WRITING", 14)]
    for position, (kind, minutes) in enumerate(sections, start=1):
        assessment.sections.create(
            position=position,
            name=kind.title(),
            kind=kind,
            instructions="Read.",
            minutes=minutes,
            draw=2,
        )
    assessments.filter(pk=assessment.pk).update(state="ACTIVE")


@pytest.fixture
def seeded(facts: Any, faq: Any) -> None:
    """The supplied FAQ, with all that its slots read."""
