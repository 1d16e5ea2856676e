"""What gigs writes to agents. Each is a row in the outbox, sent after the commit."""

from datetime import datetime

from accounts.models import Agent
from gigs.models import Application, Gig, Work
from hitouch.core.outbox import services as outbox


def _tell(agent: Agent, template: str, at: datetime, **context: object) -> None:
    facts = {"agent": agent, **context}
    outbox.queue_message(contact=agent.user.contact, template=template, context=facts, at=at)


def application_accepted(*, gig: Gig, at: datetime) -> None:
    """The client said yes."""
    facts = {"client": gig.client, "title": gig.title}
    _tell(gig.agent, "gigs/application_accepted", at, **facts)


def application_rejected(*, application: Application, at: datetime) -> None:
    """The client said no, and why."""
    facts = {"title": application.opportunity, "reason": application.reason}
    _tell(application.agent, "gigs/application_rejected", at, **facts)


def work_approved(*, work: Work, at: datetime) -> None:
    """The work is approved; the money is on its way."""
    _tell(work.gig.agent, "gigs/work_approved", at, title=work.gig.title)


def rework_asked(*, work: Work, comment: str, at: datetime) -> None:
    """The client asks for changes."""
    facts = {"client": work.gig.client, "title": work.gig.title, "comment": comment}
    _tell(work.gig.agent, "gigs/rework_asked", at, **facts)


def work_rejected(*, work: Work, comment: str, at: datetime) -> None:
    """The client did not accept the work."""
    facts = {"client": work.gig.client, "title": work.gig.title, "comment": comment}
    _tell(work.gig.agent, "gigs/work_rejected", at, **facts)
