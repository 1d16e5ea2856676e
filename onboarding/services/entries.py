"""The profile's lists: what the agent studied, where the agent has worked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Agent, User
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from onboarding import steps
from onboarding.models import Employment, Experience, Qualification
from onboarding.services import guards
from onboarding.services.clearing import settle_clearance
from onboarding.services.drafts import forget_draft
from onboarding.services.rows import replace_rows

MOST_ENTRIES = 20


class QualificationMissing(Refusal):
    """Everybody has studied something."""

    code = "qualification_missing"
    status = 422
    field = "qualifications"
    message = "Add at least one qualification. School counts too."


class TooManyEntries(Refusal):
    """More rows than a page can show."""

    code = "too_many_entries"
    status = 422
    message = f"You can add up to {MOST_ENTRIES}."


class EmployerMissing(Refusal):
    """Employed, but not where."""

    code = "employer_missing"
    status = 422
    field = "employer"
    message = "Enter your employer."


class ExperienceTwisted(Refusal):
    """A job ended before it began, or begins in the future."""

    code = "experience_twisted"
    status = 422
    field = "experiences"
    message = "Enter a start date in the past, and an end date after it."


@transaction.atomic
def save_studies(
    *, agent: Agent, by: User, at: datetime, qualifications: Sequence[Mapping[str, Any]]
) -> Agent:
    """Keep the schooling; what did not change stays the row that it was."""
    held = guards.lock(agent)
    steps.require(held, step="profile")
    if not qualifications:
        raise QualificationMissing
    _refuse_too_many(qualifications)
    guards.refuse_full_aadhaar({"qualifications": qualifications})
    replace_rows(held, Qualification, qualifications)
    forget_draft(held, section="studies")
    settle_clearance(agent=held, at=at)
    return held


@transaction.atomic
def save_jobs(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    employment: Mapping[str, str],
    experiences: Sequence[Mapping[str, Any]],
) -> Agent:
    """Keep the job besides and the jobs before; what did not change stays the row that it was."""
    held = guards.lock(agent)
    steps.require(held, step="profile")
    if employment["status"] == Employment.Status.EMPLOYED and not employment["employer"].strip():
        raise EmployerMissing
    _refuse_too_many(experiences)
    _check_stretches(experiences, day_of(at))
    guards.refuse_full_aadhaar({**employment, "experiences": experiences})
    Employment.objects.update_or_create(agent=held, defaults=dict(employment))
    replace_rows(held, Experience, experiences)
    forget_draft(held, section="jobs")
    settle_clearance(agent=held, at=at)
    return held


def _refuse_too_many(rows: Sequence[Mapping[str, Any]]) -> None:
    if len(rows) > MOST_ENTRIES:
        raise TooManyEntries


def _check_stretches(experiences: Sequence[Mapping[str, Any]], today: date) -> None:
    for job in experiences:
        ended_on = job["ended_on"] or job["started_on"]
        if ended_on < job["started_on"] or job["started_on"] > today:
            raise ExperienceTwisted
