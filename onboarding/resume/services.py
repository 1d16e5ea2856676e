"""Résumés: read a file into a proposal, and apply or discard the proposal."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core import sandbox
from hitouch.core.db.connections import release_connection
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.india_time import day_of
from hitouch.core.rate_limits import RateLimit
from hitouch.core.sandbox import limits
from onboarding import identifiers
from onboarding.models import ResumeProposal
from onboarding.profile.drafts import save_draft
from onboarding.resume import llm
from onboarding.resume.parser.proposal import propose
from onboarding.steps import gates
from onboarding.vocabulary.queries import current_lexicon

#: Reading takes up to a second of CPU time.
READ_LIMIT = RateLimit("resumes-read", tries=20, seconds=24 * 3600)


class InvalidResume(Refusal):
    """The file cannot be read. The message says what to upload instead."""

    code = "bad_resume"
    status = 422
    field = "file"
    message = "We couldn't read this file. Save it as a PDF and try again."


class NothingFound(Refusal):
    """The text contains no details for the profile."""

    code = "nothing_found"
    status = 422
    field = "file"
    message = "We found no profile details in this file. Fill in your profile manually."


class ProposalGone(Refusal):
    """The proposal was applied, discarded or deleted by retention."""

    code = "no_proposal"
    message = "Your résumé details have expired. Upload it again."


def read_resume(
    *, agent: Agent, upload: storage.Upload, by: User, at: datetime, agreed_to_model: bool = False
) -> ResumeProposal:
    """Read a résumé and save the details as a proposal. The file is not stored.

    Of its text only pieces that were not understood are kept, encrypted, until the agent decides.

    A language model is used if it is configured and the agent agreed for this résumé; the audit log
    records it. Without a valid answer of the model, the result of the rules is proposed.
    """
    gates.require(agent, step="profile")
    READ_LIMIT.spend(str(agent.pk), at=at)
    text, today = _extract_text(upload), day_of(at)
    adopted = current_lexicon().adopted
    proposal = propose(text, today=today, adopted=adopted)
    use_llm = agreed_to_model and llm.is_configured()
    if use_llm:
        proposal = llm.improve_with_llm(text, proposal, today=today, adopted=adopted) or proposal
    guesses = asdict(proposal)
    if not any(guesses.values()):
        raise NothingFound
    content = json.dumps(guesses, default=date.isoformat, ensure_ascii=False)
    return _save_proposal(agent, content, use_llm=use_llm, by=by, at=at)


def _extract_text(upload: storage.Upload) -> str:
    """The text without full Aadhaar numbers, which neither a proposal nor a model may get."""
    data = storage.checked_content(upload)
    release_connection()
    try:
        _, text = sandbox.run("onboarding.resume.parser.text_extraction:extract_text", data)
    except limits.JobRefused as refused:
        raise InvalidResume(str(refused)) from refused
    except limits.LimitExceeded as fault:
        raise InvalidResume from fault
    return identifiers.without_full_aadhaar(text.decode(errors="replace"))


@transaction.atomic
def _save_proposal(
    agent: Agent, content: str, *, use_llm: bool, by: User, at: datetime
) -> ResumeProposal:
    held = locks.lock_agent_row(agent)
    proposal = ResumeProposal.objects.filter(agent=held).first() or ResumeProposal(agent=held)
    proposal.content, proposal.read_at = content, at
    proposal.save()
    audit.record_event(
        by=by, action="resume.read", on=held, at=at, new={"agreed_and_sent_to_a_model": use_llm}
    )
    return proposal


@transaction.atomic
def apply_proposal(
    *, agent: Agent, sections: Mapping[str, Mapping[str, str]], by: User, at: datetime
) -> list[str]:
    """Write the accepted details to the drafts of these sections, for the agent to save."""
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
    """Delete the proposal. Idempotent."""
    held = locks.lock_agent_row(agent)
    if ResumeProposal.objects.filter(agent=held).delete()[0]:
        audit.record_event(by=by, action="resume.dropped", on=held, at=at)
