"""Who the agent is: names, date of birth, addresses. And saving one section of the profile."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import services as accounts_services
from accounts.models import Agent, User
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from onboarding import queries, steps
from onboarding.services import guards
from onboarding.services.account_decisions import forget_comparison
from onboarding.services.clearing import settle_clearance
from onboarding.services.drafts import IdentityLocked, forget_draft, require_newest
from onboarding.services.entries import save_jobs, save_studies
from onboarding.services.vocabulary_lock import hold_vocabulary
from onboarding.services.work import save_preferences

OLDEST = 100


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
    held = guards.lock(agent)
    steps.require(held, step="profile")
    names = {"given_name": _plain(given_name), "family_name": _plain(family_name)}
    guards.refuse_full_aadhaar(names)
    known = (held.given_name, held.family_name, held.birth_date)
    if (*names.values(), birth_on) != known and queries.identity_is_locked(held):
        raise IdentityLocked
    today = day_of(at)
    if birth_on > today or today.year - birth_on.year > OLDEST:
        raise BirthDateUnlikely
    saved = accounts_services.update_agent(agent=held, by=by, at=at, birth_on=birth_on, **names)
    if tuple(names.values()) != known[:2]:
        forget_comparison(agent=saved, at=at)
    forget_draft(saved, section="person")
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
    held = guards.lock(agent)
    steps.require(held, step="profile")
    addresses = {"current_address": current_address, "permanent_address": permanent_address}
    guards.refuse_full_aadhaar(addresses)
    saved = accounts_services.update_agent(agent=held, by=by, at=at, **addresses)
    forget_draft(saved, section="address")
    settle_clearance(agent=saved, at=at)
    return saved


SAVE: dict[str, Callable[..., Agent]] = {
    "person": save_names,
    "address": save_addresses,
    "work": save_preferences,
    "studies": save_studies,
    "jobs": save_jobs,
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
        hold_vocabulary()
    require_newest(guards.lock(agent), section=section, revision=revision)
    return SAVE[section](agent=agent, by=by, at=at, **facts)
