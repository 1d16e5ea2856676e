"""The profile: who the agent is, how the agent works, and a photo."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import services as accounts_services
from accounts.models import Agent, User
from hitouch.core.errors import Refusal
from onboarding import queries, rules, steps, vocabulary
from onboarding.models import Employment, Experience, KycCase, Qualification
from onboarding.services import guards
from onboarding.services.account_decisions import forget_comparison
from onboarding.services.clearing import settle_clearance

MOST_ENTRIES = 20


class IdentityLocked(Refusal):
    """A reviewer looks, or has looked, at documents with this name and this date of birth."""

    code = "identity_locked"
    message = (
        "Your name and date of birth are fixed while your documents are checked and after "
        "they are approved. If they are wrong, write to us from the help page."
    )


class QualificationMissing(Refusal):
    """Everybody has studied something."""

    code = "qualification_missing"
    status = 422
    field = "qualifications"
    message = "Add at least one qualification; school counts."


class TooManyEntries(Refusal):
    """More rows than a page can show."""

    code = "too_many_entries"
    status = 422
    message = f"Keep the {MOST_ENTRIES} most important ones."


class EmployerMissing(Refusal):
    """Employed, but not where."""

    code = "employer_missing"
    status = 422
    field = "employer"
    message = "Say who employs you."


class ExperienceTwisted(Refusal):
    """A job ended before it began, or begins in the future."""

    code = "experience_twisted"
    status = 422
    field = "experiences"
    message = "A job has to begin in the past and end after it began."


@transaction.atomic
def save_person(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    given_name: str,
    family_name: str,
    birth_on: date,
    current_address: dict[str, str],
    permanent_address: dict[str, str],
) -> Agent:
    """Keep names, date of birth and addresses."""
    held = guards.lock(agent)
    steps.require(held, step="profile")
    addresses = {"current_address": current_address, "permanent_address": permanent_address}
    guards.refuse_full_aadhaar({"given_name": given_name, "family_name": family_name, **addresses})
    identity = (given_name, family_name, birth_on)
    known = (held.given_name, held.family_name, held.birth_date)
    if identity != known and _identity_is_locked(held):
        raise IdentityLocked
    saved = accounts_services.update_agent(
        agent=held,
        by=by,
        at=at,
        given_name=given_name,
        family_name=family_name,
        birth_on=birth_on,
        **addresses,
    )
    if (given_name, family_name) != known[:2]:
        forget_comparison(agent=saved, at=at)
    settle_clearance(agent=saved, at=at)
    return saved


def _identity_is_locked(agent: Agent) -> bool:
    return KycCase.objects.filter(agent=agent, state__in=KycCase.LOCKING).exists()


@transaction.atomic
def save_work(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    employment: Mapping[str, str],
    qualifications: Sequence[Mapping[str, Any]],
    experiences: Sequence[Mapping[str, Any]],
    **facts: Any,
) -> Agent:
    """Keep shift, hours, skills, languages and bio (`facts`), schooling and work."""
    held = guards.lock(agent)
    steps.require(held, step="profile")
    _check_entries(employment, qualifications, experiences, at.astimezone(rules.INDIA).date())
    guards.refuse_full_aadhaar(
        {**facts, **employment, "qualifications": qualifications, "experiences": experiences}
    )
    spoken = {kind: queries.in_vocabulary(kind, facts[kind]) for kind in vocabulary.KINDS}
    saved = accounts_services.update_agent(agent=held, by=by, at=at, **facts | spoken)
    Employment.objects.update_or_create(agent=saved, defaults=dict(employment))
    saved.qualifications.all().delete()
    Qualification.objects.bulk_create(Qualification(agent=saved, **row) for row in qualifications)
    saved.experiences.all().delete()
    Experience.objects.bulk_create(Experience(agent=saved, **row) for row in experiences)
    settle_clearance(agent=saved, at=at)
    return saved


def _check_entries(
    employment: Mapping[str, str],
    qualifications: Sequence[Mapping[str, Any]],
    experiences: Sequence[Mapping[str, Any]],
    today: date,
) -> None:
    if not qualifications:
        raise QualificationMissing
    if max(len(qualifications), len(experiences)) > MOST_ENTRIES:
        raise TooManyEntries
    if employment["status"] == Employment.Status.EMPLOYED and not employment["employer"].strip():
        raise EmployerMissing
    for job in experiences:
        ended_on = job["ended_on"] or job["started_on"]
        if ended_on < job["started_on"] or job["started_on"] > today:
            raise ExperienceTwisted
