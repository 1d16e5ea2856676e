"""A résumé is read, and what was found in it waits for the person."""

import json
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import Agent, User
from hitouch.core import files, sandbox
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from hitouch.core.limits import Limit
from onboarding import queries, resume, steps
from onboarding.models import ResumeProposal
from onboarding.services import guards, resume_model

#: Reading costs a processor a second at worst.
READINGS = Limit("resumes-read", tries=20, seconds=24 * 3600)


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
    *, agent: Agent, upload: files.Upload, by: User, at: datetime, agreed_to_model: bool = False
) -> ResumeProposal:
    """Propose what a résumé says. The file and its text are gone afterwards.

    A model is asked when there is one and the person agreed for this résumé; the record says so.
    Without a useful answer the rules' own findings are proposed.
    """
    steps.require(agent, step="profile")
    READINGS.spend(str(agent.pk), at=at)
    text, today = _text_of(upload), day_of(at)
    adopted = queries.lexicon().adopted
    found = resume.propose(text, today=today, adopted=adopted)
    asked = agreed_to_model and resume_model.is_configured()
    if asked:
        found = resume_model.improved(text, found, today=today, adopted=adopted) or found
    guesses = asdict(found)
    if not any(guesses.values()):
        raise NothingFound
    content = json.dumps(guesses, default=date.isoformat, ensure_ascii=False)
    return _keep(agent, content, asked=asked, by=by, at=at)


def _text_of(upload: files.Upload) -> str:
    data = files.content(upload)
    try:
        _, text = sandbox.run("onboarding.resume.reading:text", data)
    except sandbox.JobRefused as refused:
        raise BadResume(str(refused)) from refused
    except sandbox.Overrun as fault:
        raise BadResume from fault
    return text.decode(errors="replace")


@transaction.atomic
def _keep(agent: Agent, content: str, *, asked: bool, by: User, at: datetime) -> ResumeProposal:
    held = guards.lock(agent)
    proposal = ResumeProposal.objects.filter(agent=held).first() or ResumeProposal(agent=held)
    proposal.content, proposal.read_at = content, at
    proposal.save()
    audit.record(
        by=by, action="resume.read", on=held, at=at, new={"agreed_and_sent_to_a_model": asked}
    )
    return proposal
