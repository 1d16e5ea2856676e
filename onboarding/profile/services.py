"""Save the profile: names, addresses, preferences, qualifications, jobs, or one section."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import agents
from accounts.models import Agent, User
from accounts.security import locks
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from hitouch.core.printing.printed_text import clean_line, clean_name
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

MAX_AGE = 100
MAX_ENTRIES = 20


class BirthDateUnlikely(Refusal):
    """The date of birth is in the future or too long ago."""

    code = "birth_date_unlikely"
    status = 422
    field = "birth_on"
    message = "Check the year of your date of birth."


class QualificationMissing(Refusal):
    """At least one qualification is required."""

    code = "qualification_missing"
    status = 422
    field = "qualifications"
    message = "Add at least one qualification. School counts too."


class TooManyEntries(Refusal):
    """Too many qualifications or jobs."""

    code = "too_many_entries"
    status = 422
    message = f"You can add up to {MAX_ENTRIES}."


class EmployerMissing(Refusal):
    """Employed, but no employer given."""

    code = "employer_missing"
    status = 422
    field = "employer"
    message = "Enter your employer."


class InvalidExperiencePeriod(Refusal):
    """A job ends before it starts, or starts in the future."""

    code = "experience_twisted"
    status = 422
    field = "experiences"
    message = "Enter a start date in the past, and an end date after it."


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
    """Save names, date of birth and addresses."""
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
    """Save names and date of birth, unless they are locked by a document review."""
    locked = locks.lock_agent_row(agent)
    gates.require(locked, step="profile")
    names = {
        "given_name": clean_name(given_name, field="given_name"),
        "family_name": clean_name(family_name, field="family_name"),
    }
    identifiers.refuse_full_aadhaar(names)
    current = (locked.given_name, locked.family_name, locked.birth_date)
    if (*names.values(), birth_on) != current and steps_queries.identity_is_locked(locked):
        raise IdentityLocked
    today = day_of(at)
    if birth_on > today or today.year - birth_on.year > MAX_AGE:
        raise BirthDateUnlikely
    saved = agents.update_agent(agent=locked, by=by, at=at, birth_on=birth_on, **names)
    if tuple(names.values()) != current[:2]:
        reset_name_comparison(agent=saved, at=at)
    discard_draft(saved, section="person")
    settle_clearance(agent=saved, at=at)
    return saved


@transaction.atomic
def save_addresses(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    current_address: dict[str, str],
    permanent_address: dict[str, str],
) -> Agent:
    """Save both addresses. A PIN code that does not match is a warning, not an error."""
    locked = locks.lock_agent_row(agent)
    gates.require(locked, step="profile")
    addresses = {
        "current_address": _printable(current_address, field="current_line1"),
        "permanent_address": _printable(permanent_address, field="permanent_line1"),
    }
    identifiers.refuse_full_aadhaar(addresses)
    saved = agents.update_agent(agent=locked, by=by, at=at, **addresses)
    discard_draft(saved, section="address")
    settle_clearance(agent=saved, at=at)
    return saved


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
    """Save preferences (`facts`), qualifications, employment and jobs."""
    save_preferences(agent=agent, by=by, at=at, **facts)
    save_qualifications(agent=agent, by=by, at=at, qualifications=qualifications)
    return save_experiences(
        agent=agent, by=by, at=at, employment=employment, experiences=experiences
    )


@transaction.atomic
def save_preferences(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    fluency: Sequence[Mapping[str, str]] = (),
    **facts: Any,
) -> Agent:
    """Save shift, hours, bio, proficiency, and skills and languages as vocabulary terms."""
    lock_vocabulary_shared()
    locked = locks.lock_agent_row(agent)
    gates.require(locked, step="profile")
    identifiers.refuse_full_aadhaar({**facts, "fluency": fluency})
    current_lexicon = vocabulary_queries.current_lexicon()
    terms = {kind: current_lexicon.normal_list(kind, facts[kind]) for kind in lexicon.KINDS}
    saved = agents.update_agent(agent=locked, by=by, at=at, **facts | terms)
    save_fluency(saved, fluency, current_lexicon)
    for kind, words in terms.items():
        record_unlisted_words(kind=kind, texts=words, lexicon=current_lexicon)
    discard_draft(saved, section="work")
    settle_clearance(agent=saved, at=at)
    return saved


@transaction.atomic
def save_qualifications(
    *, agent: Agent, by: User, at: datetime, qualifications: Sequence[Mapping[str, Any]]
) -> Agent:
    """Save qualifications. Unchanged ones keep their rows."""
    locked = locks.lock_agent_row(agent)
    gates.require(locked, step="profile")
    if not qualifications:
        raise QualificationMissing
    _refuse_too_many(qualifications)
    identifiers.refuse_full_aadhaar({"qualifications": qualifications})
    replace_rows(locked, Qualification, qualifications)
    discard_draft(locked, section="studies")
    settle_clearance(agent=locked, at=at)
    return locked


@transaction.atomic
def save_experiences(
    *,
    agent: Agent,
    by: User,
    at: datetime,
    employment: Mapping[str, str],
    experiences: Sequence[Mapping[str, Any]],
) -> Agent:
    """Save current employment and past jobs. Unchanged jobs keep their rows."""
    locked = locks.lock_agent_row(agent)
    gates.require(locked, step="profile")
    if employment["status"] == Employment.Status.EMPLOYED and not employment["employer"].strip():
        raise EmployerMissing
    _refuse_too_many(experiences)
    _require_valid_periods(experiences, day_of(at))
    identifiers.refuse_full_aadhaar({**employment, "experiences": experiences})
    Employment.objects.update_or_create(agent=locked, defaults=dict(employment))
    replace_rows(locked, Experience, experiences)
    discard_draft(locked, section="jobs")
    settle_clearance(agent=locked, at=at)
    return locked


SAVE_SECTION: dict[str, Callable[..., Agent]] = {
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
    """Save one section, unless it was changed elsewhere since `revision`."""
    if section == "work":
        lock_vocabulary_shared()
    require_latest_revision(locks.lock_agent_row(agent), section=section, revision=revision)
    return SAVE_SECTION[section](agent=agent, by=by, at=at, **facts)


def _printable(address: Mapping[str, str], *, field: str) -> dict[str, str]:
    return {part: clean_line(text, field=field) for part, text in address.items()}


def _refuse_too_many(rows: Sequence[Mapping[str, Any]]) -> None:
    if len(rows) > MAX_ENTRIES:
        raise TooManyEntries


def _require_valid_periods(experiences: Sequence[Mapping[str, Any]], today: date) -> None:
    for job in experiences:
        ended_on = job["ended_on"] or job["started_on"]
        if ended_on < job["started_on"] or job["started_on"] > today:
            raise InvalidExperiencePeriod
