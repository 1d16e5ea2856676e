"""Seed the question bank from `bank.yaml`. Idempotent; a new version archives the previous one."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from hitouch.core.files import yaml_files
from proctoring.assessments import services as services
from proctoring.models import Assessment, Question, Section

BANK = Path(__file__).with_name("bank.yaml")


@transaction.atomic
def seed(now: datetime) -> Assessment:
    """Load `bank.yaml` as the active language assessment."""
    bank = _load_bank()
    assessment, is_new = Assessment.objects.get_or_create(
        code=bank["code"],
        version=bank["version"],
        defaults={
            "kind": Assessment.Kind.LANGUAGE,
            "language": bank["language"],
            "title": bank["title"],
            "pass_level": bank["pass_level"],
        },
    )
    if is_new:
        _create_questions(assessment, bank)
        services.activate_assessment(assessment=assessment, by=None, at=now)
    return assessment


@cache
def _load_bank() -> dict[str, Any]:
    """The parsed file, cached; do not modify the result."""
    return dict(yaml_files.load_yaml(BANK))


def _create_questions(assessment: Assessment, bank: dict[str, Any]) -> None:
    for facts in bank["sections"]:
        section = Section.objects.create(assessment=assessment, **facts)
        Question.objects.bulk_create(
            _question(section, item) for item in bank["questions"] if item["kind"] == section.kind
        )


def _question(section: Section, item: dict[str, Any]) -> Question:
    accepted = item.get("accepted", [])
    return Question(
        section=section,
        code=item["code"],
        kind=item["kind"],
        level=item["level"],
        passage=item.get("passage", ""),
        text=item["text"],
        options=item.get("options", {}),
        key=item["key"] if "key" in item else accepted[0],
        accepted=accepted,
    )
