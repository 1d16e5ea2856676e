"""Who the agent is: names, date of birth, addresses. And saving one section of the profile."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import agents
from accounts.models import Agent, User
from accounts.security import locks
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from onboarding import identifiers
from onboarding.models import Employment, Experience, Qualification
from onboarding.models.querysets import replace_rows
from onboarding.payees.decisions import reset_name_comparison
from onboarding.profile.drafts import IdentityLocked, discard_draft, require_latest_revision
from onboarding.steps import gates
from onboarding.steps import queries as steps_queries
from onboarding.steps.services import settle_clearance
from onboarding.vocabulary import lexicon
from onboarding.vocabulary import queries as vocabulary_queries
from onboarding.vocabulary.fluency import save_fluency
from onboarding.vocabulary.services import lock_vocabulary_shared, record_unlisted_words

OLDEST = 100
MOST_ENTRIES = 20


class BirthDateUnlikely(Refusal):
    """Nobody was born then who looks for work now."""

    code = "birth_date_unlikely"
    status = 422
    field = "birth_on"
    message = "Check the year of your date of birth."


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
    save_names(
        agent=agent,
        by=by,
        at=at,
        given_name=given_name,
        family_name=family_name,
        birth_on=birth_on,
    )
    return save_addresses(
        agent=agent,
        by=by,
        at=at,
        current_address=current_address,
        permanent_address=permanent_address,
    )


@transaction.atomic
def save_names(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    given_name: str,
    family_name: str,
    birth_on: date,
) -> Agent:
    """Keep names and date of birth, as long as no reviewer compares them with documents."""
    held = locks.lock_agent_row(agent)
    gates.require(held, step="profile")
    names = {"given_name": _plain(given_name), "family_name": _plain(family_name)}
    identifiers.refuse_full_aadhaar(names)
    known = (held.given_name, held.family_name, held.birth_date)
    if (*names.values(), birth_on) != known and steps_queries.identity_is_locked(held):
        raise IdentityLocked
    today = day_of(at)
    if birth_on > today or today.year - birth_on.year > OLDEST:
        raise BirthDateUnlikely
    saved = agents.update_agent(agent=held, by=by, at=at, birth_on=birth_on, **names)
    if tuple(names.values()) != known[:2]:
        reset_name_comparison(agent=saved, at=at)
    discard_draft(saved, section="person")
    settle_clearance(agent=saved, at=at)
    return saved


def _plain(name: str) -> str:
    return " ".join(name.split())


@transaction.atomic
def save_addresses(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    current_address: dict[str, str],
    permanent_address: dict[str, str],
) -> Agent:
    """Keep both addresses. A PIN code that does not fit is told, never refused."""
    held = locks.lock_agent_row(agent)
    gates.require(held, step="profile")
    addresses = {"current_address": current_address, "permanent_address": permanent_address}
    identifiers.refuse_full_aadhaar(addresses)
    saved = agents.update_agent(agent=held, by=by, at=at, **addresses)
    discard_draft(saved, section="address")
    settle_clearance(agent=saved, at=at)
    return saved


@transaction.atomic
def save_experiences(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    employment: Mapping[str, str],
    experiences: Sequence[Mapping[str, Any]],
) -> Agent:
    """Keep the job besides and the jobs before; what did not change stays the row that it was."""
    held = locks.lock_agent_row(agent)
    gates.require(held, step="profile")
    if employment["status"] == Employment.Status.EMPLOYED and not employment["employer"].strip():
        raise EmployerMissing
    _refuse_too_many(experiences)
    _check_stretches(experiences, day_of(at))
    identifiers.refuse_full_aadhaar({**employment, "experiences": experiences})
    Employment.objects.update_or_create(agent=held, defaults=dict(employment))
    replace_rows(held, Experience, experiences)
    discard_draft(held, section="jobs")
    settle_clearance(agent=held, at=at)
    return held


@transaction.atomic
def save_preferences(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    fluency: Sequence[Mapping[str, str]] = (),
    **facts: Any,
) -> Agent:
    """Keep shift, hours and bio; skills and languages in the words of the vocabulary."""
    lock_vocabulary_shared()
    held = locks.lock_agent_row(agent)
    gates.require(held, step="profile")
    identifiers.refuse_full_aadhaar({**facts, "fluency": fluency})
    known = vocabulary_queries.current_lexicon()
    spoken = {kind: known.normal_list(kind, facts[kind]) for kind in lexicon.KINDS}
    saved = agents.update_agent(agent=held, by=by, at=at, **facts | spoken)
    save_fluency(saved, fluency, known)
    for kind, words in spoken.items():
        record_unlisted_words(kind=kind, texts=words, lexicon=known)
    discard_draft(saved, section="work")
    settle_clearance(agent=saved, at=at)
    return saved


@transaction.atomic
def save_qualifications(
    *, agent: Agent, by: User, at: datetime, qualifications: Sequence[Mapping[str, Any]]
) -> Agent:
    """Keep the schooling; what did not change stays the row that it was."""
    held = locks.lock_agent_row(agent)
    gates.require(held, step="profile")
    if not qualifications:
        raise QualificationMissing
    _refuse_too_many(qualifications)
    identifiers.refuse_full_aadhaar({"qualifications": qualifications})
    replace_rows(held, Qualification, qualifications)
    discard_draft(held, section="studies")
    settle_clearance(agent=held, at=at)
    return held


SAVE: dict[str, Callable[..., Agent]] = {
    "person": save_names,
    "address": save_addresses,
    "work": save_preferences,
    "studies": save_qualifications,
    "jobs": save_experiences,
}


@transaction.atomic
def save_section(
    *,
    agent: Agent,
    section: str,
    revision: int | None,
    by: User,
    at: datetime,
    **facts: Any,
) -> Agent:
    """Save one section, unless something newer than `revision` was typed or saved elsewhere."""
    if section == "work":
        lock_vocabulary_shared()
    require_latest_revision(locks.lock_agent_row(agent), section=section, revision=revision)
    return SAVE[section](agent=agent, by=by, at=at, **facts)


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


class InvalidExperiencePeriod(Refusal):
    """A job ended before it began, or begins in the future."""

    code = "experience_twisted"
    status = 422
    field = "experiences"
    message = "Enter a start date in the past, and an end date after it."


def _refuse_too_many(rows: Sequence[Mapping[str, Any]]) -> None:
    if len(rows) > MOST_ENTRIES:
        raise TooManyEntries


def _check_stretches(experiences: Sequence[Mapping[str, Any]], today: date) -> None:
    for job in experiences:
        ended_on = job["ended_on"] or job["started_on"]
        if ended_on < job["started_on"] or job["started_on"] > today:
            raise InvalidExperiencePeriod


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
    save_preferences(agent=agent, by=by, at=at, **facts)
    save_qualifications(agent=agent, by=by, at=at, qualifications=qualifications)
    return save_experiences(
        agent=agent, by=by, at=at, employment=employment, experiences=experiences
    )
