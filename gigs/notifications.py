"""Messages to agents about applications and work, queued in the outbox."""

from datetime import datetime

from accounts.models import Agent
from gigs.models import Application, Gig, Work
from hitouch.core.outbox import services as outbox


def _notify(agent: Agent, template: str, at: datetime, **context: object) -> None:
    variables = {"agent": agent, **context}
    outbox.queue_message(contact=agent.user.contact, template=template, context=variables, at=at)


def application_accepted(*, gig: Gig, at: datetime) -> None:
    """The client accepted the application."""
    variables = {"client": gig.client, "title": gig.title}
    _notify(gig.agent, "gigs/application_accepted", at, **variables)


def application_rejected(*, application: Application, at: datetime) -> None:
    """The client rejected the application, with the reason."""
    variables = {"title": application.opportunity, "reason": application.reason}
    _notify(application.agent, "gigs/application_rejected", at, **variables)


def work_approved(*, work: Work, at: datetime) -> None:
    """The work is approved."""
    _notify(work.gig.agent, "gigs/work_approved", at, title=work.gig.title)


def rework_requested(*, work: Work, comment: str, at: datetime) -> None:
    """The client requested changes."""
    variables = {"client": work.gig.client, "title": work.gig.title, "comment": comment}
    _notify(work.gig.agent, "gigs/rework_asked", at, **variables)


def work_rejected(*, work: Work, comment: str, at: datetime) -> None:
    """The client rejected the work."""
    variables = {"client": work.gig.client, "title": work.gig.title, "comment": comment}
    _notify(work.gig.agent, "gigs/work_rejected", at, **variables)
