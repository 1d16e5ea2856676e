"""The profile's work: when, and with what skills; or all of it with schooling and jobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import services as accounts_services
from accounts.models import Agent, User
from onboarding import queries, steps, vocabulary
from onboarding.services import guards
from onboarding.services.clearing import settle_clearance
from onboarding.services.drafts import forget_draft
from onboarding.services.entries import save_jobs, save_studies
from onboarding.services.fluency import save_fluency
from onboarding.services.noted_words import note_words
from onboarding.services.vocabulary_lock import hold_vocabulary


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
    save_studies(agent=agent, by=by, at=at, qualifications=qualifications)
    return save_jobs(agent=agent, by=by, at=at, employment=employment, experiences=experiences)


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
    hold_vocabulary()
    held = guards.lock(agent)
    steps.require(held, step="profile")
    guards.refuse_full_aadhaar({**facts, "fluency": fluency})
    known = queries.lexicon()
    spoken = {kind: known.normal_list(kind, facts[kind]) for kind in vocabulary.KINDS}
    saved = accounts_services.update_agent(agent=held, by=by, at=at, **facts | spoken)
    save_fluency(saved, fluency, known)
    for kind, words in spoken.items():
        note_words(kind=kind, texts=words, lexicon=known)
    forget_draft(saved, section="work")
    settle_clearance(agent=saved, at=at)
    return saved
