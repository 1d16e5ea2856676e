"""A résumé is read, and what was found in it waits for the person."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core import sandbox
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.india_time import day_of
from hitouch.core.rate_limits import RateLimit
from hitouch.core.sandbox import limits
from onboarding.models import ResumeProposal
from onboarding.profile.drafts import save_draft
from onboarding.resume import llm
from onboarding.resume.parser import proposal as parser_proposal
from onboarding.steps import gates
from onboarding.vocabulary import queries as vocabulary_queries

#: Reading costs a processor a second at worst.
READINGS = RateLimit("resumes-read", tries=20, seconds=24 * 3600)


class BadResume(Refusal):
    """Not a résumé that can be read; the sentence says what to send instead."""

    code = "bad_resume"
    status = 422
    field = "file"
    message = "We couldn't read this file. Save it as a PDF and try again."


class NothingFound(Refusal):
    """There is text, and nothing of it is what the profile asks for."""

    code = "nothing_found"
    status = 422
    field = "file"
    message = "We found no profile details in this file. Fill in your profile manually."


def read_resume(
    *, agent: Agent, upload: storage.Upload, by: User, at: datetime, agreed_to_model: bool = False
) -> ResumeProposal:
    """Propose what a résumé says. The file and its text are gone afterwards.

    A model is asked when there is one and the person agreed for this résumé; the record says so.
    Without a useful answer the rules' own findings are proposed.
    """
    gates.require(agent, step="profile")
    READINGS.spend(str(agent.pk), at=at)
    text, today = _text_of(upload), day_of(at)
    adopted = vocabulary_queries.current_lexicon().adopted
    found = parser_proposal.propose(text, today=today, adopted=adopted)
    asked = agreed_to_model and llm.is_configured()
    if asked:
        found = llm.improve_with_llm(text, found, today=today, adopted=adopted) or found
    guesses = asdict(found)
    if not any(guesses.values()):
        raise NothingFound
    content = json.dumps(guesses, default=date.isoformat, ensure_ascii=False)
    return _keep(agent, content, asked=asked, by=by, at=at)


def _text_of(upload: storage.Upload) -> str:
    data = storage.checked_content(upload)
    try:
        _, text = sandbox.run("onboarding.resume.parser.text_extraction:extract_text", data)
    except limits.JobRefused as refused:
        raise BadResume(str(refused)) from refused
    except limits.LimitExceeded as fault:
        raise BadResume from fault
    return text.decode(errors="replace")


@transaction.atomic
def _keep(agent: Agent, content: str, *, asked: bool, by: User, at: datetime) -> ResumeProposal:
    held = locks.lock_agent_row(agent)
    proposal = ResumeProposal.objects.filter(agent=held).first() or ResumeProposal(agent=held)
    proposal.content, proposal.read_at = content, at
    proposal.save()
    audit.record_event(
        by=by, action="resume.read", on=held, at=at, new={"agreed_and_sent_to_a_model": asked}
    )
    return proposal


class ProposalGone(Refusal):
    """Confirmed already, dropped, or too old."""

    code = "no_proposal"
    message = "Your résumé details have expired. Upload it again."


@transaction.atomic
def apply_proposal(
    *, agent: Agent, sections: Mapping[str, Mapping[str, str]], by: User, at: datetime
) -> list[str]:
    """Put what was confirmed over the drafts of these sections, for the person to save there."""
    held = locks.lock_agent_row(agent)
    gates.require(held, step="profile")
    proposal = ResumeProposal.objects.select_for_update().filter(agent=held).first()
    if proposal is None:
        raise ProposalGone
    for section, fields in sections.items():
        save_draft(agent=held, section=section, fields=fields, revision=None, at=at)
    proposal.delete()
    audit.record_event(
        by=by, action="resume.confirmed", on=held, at=at, new={"sections": sorted(sections)}
    )
    return sorted(sections)


@transaction.atomic
def discard_proposal(*, agent: Agent, by: User, at: datetime) -> None:
    """Forget what was read. Harmless twice."""
    held = locks.lock_agent_row(agent)
    if ResumeProposal.objects.filter(agent=held).delete()[0]:
        audit.record_event(by=by, action="resume.dropped", on=held, at=at)
