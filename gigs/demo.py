"""A client of the demo in the middle of its life, made by the services, counted back from now.

Farah has worked there for two weeks: hours of hers are approved, others wait for review, one is
to be corrected, and she offers tomorrow's shift to others. Asha is at work now, and waits for a
full shift; Ravi has the next one, and disputes one that he missed. More shifts open in steps.

Asha and Ravi worked for the other client until yesterday, and nobody's hours overlap.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Agent, User
from gigs.applications import services as applications
from gigs.clients import services as clients
from gigs.disputes import services as disputes
from gigs.disputes.subjects import find_subject
from gigs.models import (
    Category,
    Claim,
    Client,
    Dispute,
    Gig,
    Member,
    Opportunity,
    PayKind,
    Project,
    Slot,
    TaskCount,
    TimeCorrection,
)
from gigs.models.slots import HALF_HOUR
from gigs.opportunities import services as opportunities
from gigs.shifts import corrections
from gigs.shifts import services as shifts
from gigs.slots import claims, openings, waitlist
from gigs.slots import services as slots
from gigs.work import services as works
from hitouch.core.cefr import CEFR
from hitouch.core.india_time import INDIA, day_of

CLIENT = "Lotus Books"
ABOUT = "A bookshop with its own publishing house, and a helpline for schools."
PROJECT = "School books helpline"
DESK: dict[str, Any] = {
    "title": "Chat for schools and parents",
    "description": (
        "Schools and parents ask which book belongs to which class, where their order is and how "
        "to return what is wrong. You answer in our chat, two or three conversations at a time."
    ),
    "category": Category.CHAT,
    "minimum_level": CEFR.B1,
    "skills": ["Chat support", "Typing"],
    "languages": ["English"],
    "pay_kind": PayKind.HOURLY,
    "rate_paise": 280_00,
    "hours_each": 80,
    "headcount": 4,
}
BUDGET_PAISE = 5_00_000_00
#: The agents were accepted so many days ago.
HIRED_DAYS_AGO = 14
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Hours in India at which the shifts of the coming days start.
STARTS = (time(10), time(16))
SHIFT = 4 * HOUR
COMING_DAYS = 7


@dataclass(frozen=True)
class DemoAgents:
    """Three cleared agents."""

    asha: Agent
    ravi: Agent
    farah: Agent


def play(
    now: datetime, *, owner: User, agents: DemoAgents, fund: Callable[[Client, datetime], object]
) -> Client:
    """Create the client and its two weeks once; later add the shifts of the coming days.

    `fund` sees to the client's money at a time.
    """
    client, _ = Client.objects.get_or_create(name=CLIENT, defaults={"about": ABOUT})
    Member.objects.get_or_create(user=owner, defaults={"client": client, "role": Member.Role.OWNER})
    desk = Opportunity.objects.filter(project__client=client, title=DESK["title"]).first()
    if desk is None:
        fund(client, now - (HIRED_DAYS_AGO + 2) * DAY)
        with transaction.atomic():
            TwoWeeks(client, owner, agents, now).play()
    elif desk.takes_slots:
        add_coming_slots(desk, now)
    return client


def add_coming_slots(desk: Opportunity, now: datetime) -> list[Slot]:
    """The shifts of the coming days that are not there yet, in the order of time."""
    today = day_of(now)
    wanted = [
        datetime.combine(today + timedelta(days=day), start, INDIA)
        for day in range(1, COMING_DAYS + 1)
        for start in STARTS
    ]
    existing = set(desk.slots.values_list("starts_at", flat=True))
    return [
        slots.add_slot(opportunity=desk, starts_at=at, ends_at=at + SHIFT, capacity=2, now=now)
        for at in wanted
        if at not in existing
    ]


class TwoWeeks:
    """The events, in the order in which they happened."""

    def __init__(self, client: Client, owner: User, agents: DemoAgents, now: datetime) -> None:
        self.client, self.owner, self.agents, self.now = client, owner, agents, now
        #: The start of the shift that runs now, and of those of the days before.
        self.start = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % HALF_HOUR - HOUR

    def play(self) -> None:
        """Everything, oldest first."""
        self.hire()
        self.worked(self.agents.farah, days_ago=11)
        self.worked(self.agents.farah, days_ago=9, pause=20)
        self.approved_timesheet()
        self.worked(self.agents.farah, days_ago=6, pause=15)
        self.worked(self.agents.farah, days_ago=4)
        self.missed_and_disputed()
        self.submitted_timesheet()
        self.correction()
        self.today()
        self.coming_days()

    def ago(self, days: int) -> datetime:
        """The start of that day's shift."""
        return self.start - days * DAY

    def hire(self) -> None:
        """The project, its desk, and three agents who applied and were accepted the next day."""
        published = self.ago(HIRED_DAYS_AGO + 1)
        project: Project = clients.create_project(
            now=published, client=self.client, title=PROJECT, department="Customer care",
            description="Help for schools and parents while the new school books arrive.",
            budget_paise=BUDGET_PAISE,
        )  # fmt: skip
        draft = opportunities.create_opportunity(
            project=project, apply_by=self.now + 10 * DAY, now=published, **DESK
        )
        self.desk = opportunities.publish(opportunity=draft, by=self.owner, at=published)
        self.gigs: dict[Agent, Gig] = {}
        for agent in (self.agents.asha, self.agents.ravi, self.agents.farah):
            application = applications.apply(
                opportunity=self.desk, agent=agent, now=published + HOUR
            )
            self.gigs[agent] = applications.accept(
                application=application, by=self.owner, at=self.ago(HIRED_DAYS_AGO)
            )

    def seat(self, agent: Agent, starts_at: datetime, *, at: datetime, seats: int = 2) -> Claim:
        """A seat in the shift of four hours that starts then."""
        slot = self.desk.slots.filter(starts_at=starts_at).first() or slots.add_slot(
            opportunity=self.desk, starts_at=starts_at, ends_at=starts_at + SHIFT, capacity=seats,
            now=at,
        )  # fmt: skip
        return claims.claim_slot(slot=slot, agent=agent, now=at)

    def worked(
        self, agent: Agent, *, days_ago: int, pause: int = 0, until: timedelta = SHIFT
    ) -> Claim:
        """A shift that was worked, with a break of so many minutes after two hours."""
        starts_at = self.ago(days_ago)
        claim = self.seat(agent, starts_at, at=starts_at - DAY)
        session = shifts.clock_in(claim=claim, by=agent.user, at=starts_at)
        if pause:
            rest = shifts.start_break(session=session, at=starts_at + 2 * HOUR)
            back_at = starts_at + 2 * HOUR + timedelta(minutes=pause)
            session = shifts.end_break(pause=rest, by=agent.user, at=back_at)
        left_at = starts_at + until
        shifts.count_tasks(
            claim=session.claim, kind=TaskCount.Kind.CHAT, count=24 + days_ago, by=agent.user,
            at=left_at - timedelta(minutes=5), note="Orders and returns",
        )  # fmt: skip
        shifts.clock_out(session=session, at=left_at)
        return session.claim

    def approved_timesheet(self) -> None:
        """Farah's first hours are approved."""
        work = works.submit_work(
            gig=self.gigs[self.agents.farah], summary="Two shifts, all chats answered.",
            by=self.agents.farah.user, at=self.ago(8),
        )  # fmt: skip
        member = self.client.members.get(user=self.owner)
        works.approve_work(work=work, member=member, at=self.ago(7), comment="Kind and quick.")

    def missed_and_disputed(self) -> None:
        """A shift that Ravi missed because of a power cut, about which they do not agree."""
        claim = self.seat(self.agents.ravi, self.ago(3), at=self.ago(4))
        claim = shifts.record_missed_shift(claim=claim, at=self.ago(3) + SHIFT)
        subject = find_subject(Dispute.Kind.SHIFT, claim.pk, agent=self.agents.ravi)
        if subject is None:
            raise LookupError("the shift of the demo's dispute is gone")
        dispute = disputes.open_dispute(
            subject=subject, side=Dispute.Side.AGENT, by=self.agents.ravi.user, at=self.ago(2),
            statement="There was no power in our street from morning to evening. "
            "I wrote to the desk at once.",
        )  # fmt: skip
        disputes.contest(
            dispute=dispute, side=Dispute.Side.CLIENT, by=self.owner, at=self.ago(1),
            text="The message came after the shift. Please send us the notice of the cut.",
        )  # fmt: skip

    def submitted_timesheet(self) -> None:
        """Farah's next hours wait for the client."""
        works.submit_work(
            gig=self.gigs[self.agents.farah], summary="Two shifts. Most asked about class 8.",
            by=self.agents.farah.user, at=self.ago(3) + HOUR,
        )  # fmt: skip

    def correction(self) -> None:
        """Farah clocked out an hour early by mistake, and asks for that hour."""
        claim = self.worked(self.agents.farah, days_ago=2, until=SHIFT - HOUR)
        corrections.propose(
            claim=claim, side=TimeCorrection.Side.AGENT,
            started_at=claim.slot.ends_at - HOUR, ended_at=claim.slot.ends_at,
            reason="I clocked out by mistake and went on until the end, see the chats.",
            by=self.agents.farah.user, at=self.ago(1),
        )  # fmt: skip

    def today(self) -> None:
        """Asha is at work since an hour; Ravi has the next shift."""
        claim = self.seat(self.agents.asha, self.start, at=self.ago(1))
        session = shifts.clock_in(claim=claim, by=self.agents.asha.user, at=self.start)
        shifts.count_tasks(
            claim=session.claim,
            kind=TaskCount.Kind.CHAT,
            count=6,
            by=self.agents.asha.user,
            at=self.now,
        )
        self.seat(self.agents.ravi, self.start + SHIFT, at=self.ago(1))

    def coming_days(self) -> None:
        """A swap, a full shift with somebody waiting, and shifts that open in steps."""
        first, second, *others = add_coming_slots(self.desk, self.now)
        swapped = claims.claim_slot(slot=first, agent=self.agents.farah, now=self.now)
        claims.offer_swap(claim=swapped, by=self.agents.farah.user, at=self.now)
        for agent in (self.agents.ravi, self.agents.farah):
            claims.claim_slot(slot=second, agent=agent, now=self.now)
        waitlist.join(slot=second, agent=self.agents.asha, at=self.now)
        steps = openings.Steps(opens_at=self.now + HOUR, hours_between=24, steps=2, cap=1)
        openings.open_in_steps(
            opportunity=self.desk, slots=[slot.pk for slot in others[-4:]], steps=steps,
            by=self.owner, now=self.now,
        )  # fmt: skip
