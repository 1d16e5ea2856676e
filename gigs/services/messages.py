"""What gigs writes to agents. Each is a row in the outbox, sent after the commit."""

from datetime import datetime

from accounts.models import Agent
from gigs.models import Application, Gig, Work
from hitouch.core import outbox


def _tell(agent: Agent, template: str, at: datetime, **context: object) -> None:
    facts = {"agent": agent, **context}
    outbox.tell(contact=agent.user.contact, template=f"gigs/{template}", context=facts, at=at)


def application_accepted(*, gig: Gig, at: datetime) -> None:
    """The client said yes."""
    _tell(gig.agent, "application_accepted", at, gig=gig)


def application_rejected(*, application: Application, at: datetime) -> None:
    """The client said no, and why."""
    _tell(application.agent, "application_rejected", at, application=application)


def work_approved(*, work: Work, at: datetime) -> None:
    """The work is approved; the money is on its way."""
    _tell(work.gig.agent, "work_approved", at, work=work)


def rework_asked(*, work: Work, comment: str, at: datetime) -> None:
    """The client asks for changes."""
    _tell(work.gig.agent, "rework_asked", at, work=work, comment=comment)


def work_rejected(*, work: Work, comment: str, at: datetime) -> None:
    """The client did not accept the work."""
    _tell(work.gig.agent, "work_rejected", at, work=work, comment=comment)
