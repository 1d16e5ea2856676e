"""Make disputes for tests."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import NOON
from gigs.disputes import services as dispute_services
from gigs.disputes.subjects import Kind, Side, find_subject
from gigs.models import Dispute, Gig, Work
from gigs.tests.support.marketplace import hire, owner_of
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from tests.support.funding import seed_rates

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def code_of(call: Any) -> str:
    """The code with which a service refuses."""
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def submitted(gig: Gig, at: datetime = NOON) -> Work:
    return work_services.submit_work(gig=gig, summary="Scored", by=gig.agent.user, at=at)


def rejected(agent: Any, opportunity: Any) -> Work:
    """Work at a fixed price that the client rejected."""
    work = submitted(hire(agent, opportunity))
    member = opportunity.client.members.get(role="OWNER")
    return work_services.reject_work(work=work, member=member, comment="Wrong calls", at=NOON)


def approved(agent: Any, opportunity: Any) -> Work:
    """Work at a fixed price that the client approved."""
    seed_rates()
    work = submitted(hire(agent, opportunity))
    member = opportunity.client.members.get(role="OWNER")
    return work_services.approve_work(work=work, member=member, at=NOON)


def dispute_of(row: Any, side: str = Side.AGENT, **changes: Any) -> Dispute:
    """A dispute about work, a gig, a claim or an application."""
    names = {
        "Work": Kind.WORK,
        "Gig": Kind.GIG,
        "Claim": Kind.SHIFT,
        "Application": Kind.APPLICATION,
        "RefusedPart": Kind.PART,
    }
    subject = find_subject(names[type(row).__name__], row.pk)
    assert subject is not None
    by = subject.agent.user if side == Side.AGENT else owner_of(subject.client)
    facts = {"statement": "The calls were right.", "by": by, "at": NOON, "asked_paise": None}
    return dispute_services.open_dispute(subject=subject, side=side, **(facts | changes))


def negotiated(row: Any, side: str = Side.AGENT, **changes: Any) -> Dispute:
    """A dispute that the other side contested."""
    dispute = dispute_of(row, side, **changes)
    other = Side.CLIENT if side == Side.AGENT else Side.AGENT
    by = owner_of(dispute.client) if other == Side.CLIENT else dispute.agent.user
    return dispute_services.contest(dispute=dispute, side=other, text="No.", by=by, at=NOON)


def escalated(row: Any, side: str = Side.AGENT, **changes: Any) -> Dispute:
    """A dispute that staff decide."""
    dispute = negotiated(row, side, **changes)
    facts = {"reason": "No agreement", "by": dispute.agent.user, "at": NOON}
    return dispute_services.escalate(dispute=dispute, side=Side.AGENT, **facts)
