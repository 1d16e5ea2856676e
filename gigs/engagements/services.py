"""Complete gigs without open work."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import locks
from gigs import signals
from gigs.eligibility import check_not_own
from gigs.engagements import queries as gig_queries
from gigs.models import Gig
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal


class WorkUnsettled(Refusal):
    """The gig still has something open."""

    code = "work_unsettled"
    message = "This gig still has work under review, an upcoming shift or hours not submitted."


def complete_if_settled(gig: Gig, *, by: User | None, at: datetime) -> None:
    """Complete the gig if nothing of it is open. The agent is locked."""
    if not gig_queries.has_open_work(gig, now=at):
        _complete_locked(gig, by=by, at=at)


def lock_agent_of(gig: Gig) -> None:
    """Take the lock of claiming and clocking in, so that neither happens concurrently."""
    locks.lock_agent(gig.agent_id)


@transaction.atomic
def complete_gig(*, gig: Gig, by: User | None, at: datetime) -> Gig:
    """Complete a gig without open work."""
    check_not_own(gig.agent, by=by)
    lock_agent_of(gig)
    gig = Gig.objects.select_for_update(no_key=True).get(pk=gig.pk)
    if gig_queries.has_open_work(gig, now=at) or not gig.works.exists():
        raise WorkUnsettled
    return _complete_locked(gig, by=by, at=at)


def _complete_locked(gig: Gig, *, by: User | None, at: datetime) -> Gig:
    transition(gig, to=Gig.State.COMPLETED, by=by, at=at, completed_at=at)
    signals.gig_completed.send(sender=Gig, gig=gig, at=at)
    return gig
