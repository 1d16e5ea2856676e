"""The client of the demo in the middle of its life."""

from datetime import datetime, time, timedelta

import pytest

from conftest import make_user
from gigs import demo
from gigs.models import Application, Claim, Dispute, Slot, TimeCorrection, WaitlistEntry, Work
from gigs.tests.support.marketplace import DAY, cleared
from hitouch.core.india_time import INDIA
from tests.support.funding import fund, seed_rates

MONDAY = datetime(2026, 11, 23, tzinfo=INDIA).date()


@pytest.fixture
def agents(db: None) -> demo.DemoAgents:
    seed_rates()
    return demo.DemoAgents(cleared("Asha"), cleared("Ravi", "C1"), cleared("Farah"))


def play(agents: demo.DemoAgents, now: datetime) -> None:
    owner = make_user("Lola")
    demo.play(now, owner=owner, agents=agents, fund=lambda client, at: fund(client))


@pytest.mark.parametrize("day", range(7))
@pytest.mark.parametrize("hour", [time(0, 1), time(9, 40), time(14), time(23, 59)])
def test_every_situation_is_there_at_any_hour(agents, day, hour):
    """Whenever the site is started first: at work, later, swap, waitlist, review, dispute."""
    now = datetime.combine(MONDAY + day * DAY, hour, INDIA)
    play(agents, now)
    claims = Claim.objects.all()
    running = claims.get(agent=agents.asha, slot__starts_at__lte=now, slot__ends_at__gt=now)
    assert running.sessions.get().ended_at is None
    assert claims.filter(agent=agents.ravi, slot__starts_at=running.slot.ends_at).exists()
    assert claims.get(state=Claim.State.SWAP_OFFERED).agent == agents.farah
    assert WaitlistEntry.objects.get(state="WAITING").agent == agents.asha
    assert Work.objects.filter(state="PENDING", gig__agent=agents.farah).exists()
    assert Work.objects.filter(state="APPROVED", gig__agent=agents.farah).exists()
    assert TimeCorrection.objects.get().state == "PROPOSED"
    assert Dispute.objects.get().state == "NEGOTIATION"
    assert Slot.objects.filter(opening__isnull=False, starts_at__gt=now).count() == 4
    assert not Application.objects.filter(state="PENDING").exists()


def test_later_starts_only_add_the_coming_shifts(agents):
    """A second start on the same day adds nothing, one on the next day its shifts."""
    now = datetime.combine(MONDAY, time(12), INDIA)
    play(agents, now)
    owner, found = make_user("Lola 2"), []
    for later in (timedelta(0), DAY):
        demo.play(now + later, owner=owner, agents=agents, fund=lambda client, at: fund(client))
        found.append((Slot.objects.count(), Work.objects.count()))
    assert found[1][0] == found[0][0] + len(demo.STARTS)
    assert found[1][1] == found[0][1]
