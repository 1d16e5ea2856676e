"""Random acts of clients, agents, staff and the clock on the services of gigs and payments.

Every act goes to a real service and a real database. An act that is refused is fine. Anything else
that is raised is a defect, as is money that does not add up, or a gig that cannot be ended.

What an act is about is chosen by a number among the rows that are there, so that the choice of
examples does not depend on the database.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Model, Q, QuerySet, Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import Agent, User
from accounts.staff import services as staff_services
from conftest import NOON
from gigs import maintenance
from gigs.applications import services as application_services
from gigs.bonuses import services as bonus_services
from gigs.cancellations import services as cancellations
from gigs.disputes import bids, resolutions, subjects
from gigs.disputes import services as dispute_services
from gigs.engagements import leaving, projects
from gigs.engagements import queries as gig_queries
from gigs.engagements import services as gig_services
from gigs.invitations import services as invitations
from gigs.models import (
    AgentInvitation,
    Application,
    Break,
    Claim,
    Client,
    Dispute,
    DisputeResolution,
    Gig,
    Member,
    Opportunity,
    Project,
    Rating,
    RefusedPart,
    Slot,
    SlotSeries,
    TimeCorrection,
    WaitlistEntry,
    Work,
    WorkSession,
)
from gigs.models.opportunities import ENDED
from gigs.models.slots import BUSY, HOLDING, SEATED
from gigs.opportunities import milestones, terms
from gigs.opportunities import services as opportunity_services
from gigs.ratings import services as rating_services
from gigs.recurrence import WeeklyHours
from gigs.series import services as series_services
from gigs.series.plans import SeriesPlan
from gigs.shifts import corrections
from gigs.shifts import services as shift_services
from gigs.slots import claims, openings, waitlist
from gigs.slots import services as slot_services
from gigs.work import refused_parts
from gigs.work import services as work_services
from hitouch.core import sweeps
from hitouch.core.errors import Refusal
from hitouch.core.india_time import INDIA, day_of
from hitouch.core.models import PostponedRow
from payments.integrity.invariants import check_money
from payments.models import AccountKind, Leg, Payout
from payments.payouts import services as payouts

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Acts between two checks of the money, which are thirty queries.
ACTS_TO_CHECK = 5
#: All deadlines follow each other within this time, which is taken in steps.
LAST_DEADLINES = 5 * [16 * DAY]
NUMBER = st.integers(0, 60)
#: Mostly rows for which the act is meant; at 0 any row.
KIND = st.integers(0, 9)
PAISE = st.sampled_from([1, 100_00, 333_33, 1_500_00, 12_000_00])
SIDE = st.sampled_from(["AGENT", "CLIENT"])
SHIFT_MINUTES = st.sampled_from([0, 1, 10, 30, 61, 120, 239])
WHY = "For a reason."

#: An order of rows that two runs share.
ORDERS: dict[type[Model], tuple[str, ...]] = {
    Opportunity: ("created_at", "title"),
    Application: ("created_at", "opportunity__title", "agent__given_name"),
    AgentInvitation: ("created_at", "opportunity__title", "agent__given_name"),
    Gig: ("created_at", "opportunity__title", "agent__given_name"),
    Slot: ("starts_at", "ends_at", "opportunity__title", "created_at"),
    SlotSeries: ("created_at",),
    Claim: ("slot__starts_at", "slot__opportunity__title", "agent__given_name", "created_at"),
    WaitlistEntry: ("slot__starts_at", "slot__opportunity__title", "agent__given_name"),
    WorkSession: ("started_at", "agent__given_name"),
    Break: ("started_at", "agent__given_name"),
    TimeCorrection: ("created_at", "started_at"),
    Work: ("submitted_at", "gig__opportunity__title", "gig__agent__given_name"),
    RefusedPart: ("refused_at", "starts_at", "amount_paise"),
    Dispute: ("opened_at", "kind", "agent__given_name"),
    DisputeResolution: ("proposed_at",),
    Rating: ("submitted_at", "side"),
    Project: ("client__name",),
    Payout: ("created_at", "pk"),
}


class MarketplaceMachine(RuleBasedStateMachine):
    """Two clients, three agents, staff, and a clock."""

    #: Set by the test: the people, the clock that the views read, and the opportunities to begin.
    clients: Sequence[Client]
    agents: Sequence[Agent]
    staff: Sequence[User]
    move_clock: Callable[[datetime], None]
    acts = refused = 0
    done: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = NOON
        self.move_clock(self.now)
        self.unchecked = 0
        self.titles = 0

    def teardown(self) -> None:
        try:
            self.end_everything()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    # What every act goes through.

    def attempt(self, act: Callable[..., Any], /, **facts: Any) -> Any:
        """Do it as one transaction that is committed; None if it was refused."""
        MarketplaceMachine.acts += 1
        self.advance(timedelta(seconds=1))
        try:
            with transaction.atomic():
                done = act(**facts)
                self.check_deferred()
        except Refusal:
            MarketplaceMachine.refused += 1
            return None
        self.unchecked += 1
        MarketplaceMachine.done[act.__name__] += 1
        return done

    def check_deferred(self) -> None:
        """Let deferred constraints and triggers fire, as at a commit."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    def advance(self, time: timedelta) -> None:
        self.now += time
        self.move_clock(self.now)

    def pick(self, kind: int, number: int, rows: QuerySet[Any], *fits: Q, **more: Any) -> Any:
        """One of the rows that fit, or with `kind` 0 of all; None if there is none."""
        found = rows.order_by(*ORDERS[rows.model])
        if kind:
            found = found.filter(*fits, **more)
        count = found.count()
        return found[number % count] if count else None

    def agent(self, number: int) -> Agent:
        return Agent.objects.select_related("user").get(pk=self.agents[number % 3].pk)

    def member_of(self, client: Client, number: int) -> Member:
        """An owner or manager; others are refused by the pages."""
        members = client.members.exclude(role="VIEWER").select_related("user", "client")
        return members.order_by("role")[number % 2]

    # The offers.

    @rule(number=NUMBER, pay=st.sampled_from(["HOURLY", "FIXED", "MILESTONES"]), days=NUMBER)
    def offer(self, number: int, pay: str, days: int) -> None:
        client = self.clients[number % 2]
        self.titles += 1
        facts = {
            "project": client.projects.get(), "title": f"Desk {self.titles}",
            "description": "Answer shoppers.", "category": "CHAT", "minimum_level": "B1",
            "pay_kind": "HOURLY" if pay == "HOURLY" else "FIXED",
            "rate_paise": 300_00 if pay == "HOURLY" else 9_000_00,
            "hours_each": 20 if pay == "HOURLY" else 0, "headcount": 1 + number % 3,
            "apply_by": self.now + (1 + days % 30) * DAY, "now": self.now,
        }  # fmt: skip
        made = self.attempt(opportunity_services.create_opportunity, **facts)
        if made is not None and pay == "MILESTONES":
            due_on = day_of(self.now + 40 * DAY)
            parts = [milestones.PlannedMilestone(f"Part {n}", 3_000_00, due_on) for n in (1, 2, 3)]
            act = milestones.set_milestones
            self.attempt(act, opportunity=made, milestones=parts, now=self.now)

    def offers(self, kind: int, number: int, *states: str) -> Opportunity | None:
        return self.pick(kind, number, Opportunity.objects.all(), state__in=states)

    @rule(kind=KIND, number=NUMBER)
    def publish(self, kind: int, number: int) -> None:
        if found := self.offers(kind, number, "DRAFT"):
            by = self.member_of(found.client, number).user
            self.attempt(opportunity_services.publish, opportunity=found, by=by, at=self.now)

    @rule(kind=KIND, number=NUMBER)
    def change_terms(self, kind: int, number: int) -> None:
        if found := self.offers(kind, number, "OPEN", "DRAFT"):
            by = self.member_of(found.client, number).user
            changes = {"description": f"Answer shoppers at {self.now}."}
            if number % 3 == 0:
                changes["apply_by"] = self.now + (1 + number % 20) * DAY
            act = terms.edit_opportunity
            self.attempt(act, opportunity=found, changes=changes, by=by, at=self.now)

    @rule(kind=KIND, number=NUMBER, to=st.sampled_from(["hold", "resume", "resume", "close"]))
    def move_offer(self, kind: int, number: int, to: str) -> None:
        states = {"hold": ["OPEN"], "resume": ["ON_HOLD"], "close": ["OPEN", "FILLED", "ON_HOLD"]}
        if found := self.offers(kind, number, *states[to]):
            by = self.member_of(found.client, number).user
            self.attempt(getattr(opportunity_services, to), opportunity=found, by=by, at=self.now)

    @rule(number=NUMBER, kind=st.integers(0, 2))
    def cancel_offer(self, number: int, kind: int) -> None:
        if kind == 0 and (found := self.offers(0, number)):
            by = self.member_of(found.client, number).user
            act = gig_services.cancel_opportunity
            self.attempt(act, opportunity=found, why=WHY, by=by, at=self.now)

    @rule(number=NUMBER, to=st.sampled_from(["hold", "resume", "resume", "complete"]))
    def move_project(self, number: int, to: str) -> None:
        project = self.pick(0, number, Project.objects.all())
        by = self.member_of(project.client, number).user
        self.attempt(getattr(projects, f"{to}_project"), project=project, by=by, at=self.now)

    @rule(kind=KIND, number=NUMBER, who=NUMBER)
    def invite(self, kind: int, number: int, who: int) -> None:
        if found := self.offers(kind, number, "OPEN"):
            by = self.member_of(found.client, number).user
            act, agent = invitations.invite, self.agent(who)
            self.attempt(act, opportunity=found, agent=agent, by=by, at=self.now)

    @rule(kind=KIND, number=NUMBER)
    def answer_invitation(self, kind: int, number: int) -> None:
        found = self.pick(kind, number, AgentInvitation.objects.all(), state="SENT")
        if found and number % 2:
            by = found.agent.user
            self.attempt(invitations.decline, invitation=found, by=by, at=self.now)
        elif found:
            by = self.member_of(found.opportunity.client, number).user
            self.attempt(invitations.revoke, invitation=found, by=by, at=self.now)

    # Applications.

    @rule(kind=KIND, number=NUMBER, who=NUMBER)
    def apply(self, kind: int, number: int, who: int) -> None:
        if found := self.offers(kind, number, "OPEN"):
            agent = self.agent(who)
            act = application_services.apply
            self.attempt(act, opportunity=found, agent=agent, now=self.now)

    def application(self, kind: int, number: int) -> Application | None:
        return self.pick(kind, number, Application.objects.all(), state="PENDING")

    @rule(kind=KIND, number=NUMBER)
    def accept(self, kind: int, number: int) -> None:
        if found := self.application(kind, number):
            current = terms.current_terms(found.opportunity)
            act = application_services.acknowledge_terms
            if number % 4:
                version = current.version
                self.attempt(act, application=found, terms_version=version, at=self.now)
            by = self.member_of(found.opportunity.client, number).user
            self.attempt(application_services.accept, application=found, by=by, at=self.now)

    @rule(kind=KIND, number=NUMBER, by_agent=st.booleans())
    def end_application(self, kind: int, number: int, by_agent: bool) -> None:
        found = self.application(kind, number)
        if found and by_agent:
            act, by = application_services.withdraw, found.agent.user
            self.attempt(act, application=found, by=by, at=self.now)
        elif found:
            act, by = application_services.reject, self.member_of(found.opportunity.client, 0).user
            self.attempt(act, application=found, by=by, at=self.now, reason=WHY)

    # Gigs.

    def gig(self, kind: int, number: int, *states: str) -> Gig | None:
        rows = Gig.objects.select_related("agent__user", "client", "opportunity")
        return self.pick(kind, number, rows, state__in=states)

    @rule(kind=KIND, number=NUMBER, is_hold=st.booleans())
    def hold_or_resume_gig(self, kind: int, number: int, is_hold: bool) -> None:
        if found := self.gig(kind, number, "ACTIVE" if is_hold else "ON_HOLD"):
            by = self.member_of(found.client, number).user
            if is_hold:
                self.attempt(gig_services.hold_gig, gig=found, why=WHY, by=by, at=self.now)
            else:
                self.attempt(gig_services.resume_gig, gig=found, by=by, at=self.now)

    @rule(
        kind=KIND,
        number=NUMBER,
        how=st.sampled_from(["complete", "end", "replace", "replace", "leave", "close account"]),
    )
    def end_gig(self, kind: int, number: int, how: str) -> None:
        if not (found := self.gig(kind, number, "ACTIVE", "ON_HOLD")):
            return
        by, facts = self.member_of(found.client, number).user, {"gig": found, "at": self.now}
        if how == "complete":
            self.attempt(gig_services.complete_gig, by=by, **facts)
        elif how == "leave":
            self.attempt(leaving.leave_gig, why=WHY, by=found.agent.user, **facts)
        elif how == "close account":
            self.attempt(leaving.end_for_platform, why=WHY, **facts)
        else:
            act = gig_services.end_gig if how == "end" else gig_services.replace_gig
            self.attempt(act, why=WHY, by=by, **facts)

    # Slots and seats.

    def hourly(self, kind: int, number: int) -> Opportunity | None:
        rows = Opportunity.objects.filter(pay_kind="HOURLY")
        states = ["OPEN", "FILLED", "CLOSED"]
        return self.pick(kind, number, rows, state__in=states)

    @rule(kind=KIND, number=NUMBER, hours=st.integers(-2, 90), length=st.integers(1, 9))
    def add_slot(self, kind: int, number: int, hours: int, length: int) -> None:
        if found := self.hourly(kind, number):
            hour = self.now.replace(minute=30, second=0, microsecond=0)
            starts_at = hour + hours * HOUR
            facts = {"starts_at": starts_at, "ends_at": starts_at + length * HOUR / 2}
            act, capacity = slot_services.add_slot, 1 + number % 2
            self.attempt(act, opportunity=found, capacity=capacity, now=self.now, **facts)

    @rule(kind=KIND, number=NUMBER, days=st.integers(0, 5))
    def add_series(self, kind: int, number: int, days: int) -> None:
        if found := self.hourly(kind, number):
            act, plans = series_services.make_series, [self.plan(number, days)]
            self.attempt(act, opportunity=found, plans=plans, by=None, now=self.now)

    def plan(self, number: int, days: int) -> SeriesPlan:
        start = self.now.astimezone(INDIA).replace(hour=number % 24, minute=30)
        hours = WeeklyHours(
            weekdays=tuple(range(number % 7 + 1)),
            starts=start.time().replace(second=0, microsecond=0),
            ends=(start + 3 * HOUR).time().replace(second=0, microsecond=0),
            first=day_of(self.now) + days * DAY,
            last=day_of(self.now) + (days + 3) * DAY,
        )
        return SeriesPlan(hours, capacity=1 + number % 2)

    @rule(number=NUMBER, days=st.integers(0, 5), is_cancelled=st.booleans())
    def change_series(self, number: int, days: int, is_cancelled: bool) -> None:
        if not (found := self.pick(0, number, SlotSeries.objects.all())):
            return
        if is_cancelled:
            act, from_on = series_services.cancel_rest, day_of(self.now) + days * DAY
            self.attempt(act, series=found, from_on=from_on, by=None, now=self.now)
        else:
            act, plan = series_services.change_following, self.plan(number, days)
            self.attempt(act, series=found, plan=plan, by=None, now=self.now)

    def slot(self, kind: int, number: int) -> Slot | None:
        return self.pick(
            kind, number, Slot.objects.all(), cancelled_at=None, starts_at__gt=self.now
        )

    @rule(kind=KIND, number=NUMBER, who=NUMBER)
    def claim(self, kind: int, number: int, who: int) -> None:
        if found := self.slot(kind, number):
            self.attempt(claims.claim_slot, slot=found, agent=self.agent(who), now=self.now)

    @rule(number=NUMBER)
    def claim_what_is_free(self, number: int) -> None:
        """Every running gig may get a seat, so that there is time to work."""
        if not (gig := self.gig(1, number, "ACTIVE")):
            return
        free = gig.opportunity.slots.filter(taken__lt=F("capacity"))
        if found := self.pick(1, number, free, starts_at__gt=self.now):
            self.attempt(claims.claim_slot, slot=found, agent=gig.agent, now=self.now)

    @rule(kind=KIND, number=NUMBER, who=NUMBER)
    def wait_for_seat(self, kind: int, number: int, who: int) -> None:
        full = Slot.objects.filter(Q(taken__gte=F("capacity")) | Q(capacity=number % 3))
        if found := self.pick(kind, number, full, starts_at__gt=self.now):
            self.attempt(waitlist.join, slot=found, agent=self.agent(who), at=self.now)

    @rule(kind=KIND, number=NUMBER)
    def leave_waitlist(self, kind: int, number: int) -> None:
        if found := self.pick(kind, number, WaitlistEntry.objects.all(), state="WAITING"):
            self.attempt(waitlist.leave, entry=found, by=found.agent.user, at=self.now)

    def seat(self, kind: int, number: int, *states: str, **facts: Any) -> Claim | None:
        rows = Claim.objects.select_related("slot__opportunity", "agent__user", "gig__client")
        return self.pick(kind, number, rows, state__in=states, **facts)

    @rule(kind=KIND, number=NUMBER, act=st.sampled_from(["release", "offer", "offer", "withdraw"]))
    def move_seat(self, kind: int, number: int, act: str) -> None:
        service = {
            "release": claims.release_claim,
            "offer": claims.offer_swap,
            "withdraw": claims.withdraw_swap,
        }[act]
        state = "SWAP_OFFERED" if act == "withdraw" else "HELD"
        if found := self.seat(kind, number, state):
            self.attempt(service, claim=found, by=found.agent.user, at=self.now)

    @rule(kind=KIND, number=NUMBER, steps=st.integers(2, 4))
    def open_in_steps(self, kind: int, number: int, steps: int) -> None:
        if not (found := self.hourly(kind, number)):
            return
        free = openings.openable_slots(found, now=self.now)
        slots = [slot.pk for slot in free if slot.starts_at > self.now + steps * HOUR][:2]
        plan = openings.Steps(self.now, hours_between=1, steps=steps, cap=1 + number % 2)
        by = self.member_of(found.client, number).user
        act = openings.open_in_steps
        self.attempt(act, opportunity=found, slots=slots, steps=plan, by=by, now=self.now)

    @rule(kind=KIND, number=NUMBER, seats=st.integers(0, 3))
    def change_seats(self, kind: int, number: int, seats: int) -> None:
        rows = Slot.objects.filter(cancelled_at=None)
        if found := self.pick(kind, number, rows, ends_at__gt=self.now):
            by = self.member_of(found.opportunity.client, number).user
            facts = {"seats": seats, "why": WHY, "cost_paise": 10**9, "by": by, "at": self.now}
            self.attempt(cancellations.change_seats, slot=found, **facts)

    @rule(kind=KIND, number=NUMBER, paise=st.sampled_from([50_00, 120_00, 900_00, 5_000_00]))
    def raise_bonus(self, kind: int, number: int, paise: int) -> None:
        if found := self.slot(kind, number):
            by = self.member_of(found.opportunity.client, number).user
            facts = {"bonus_paise": paise, "cost_paise": 10**9, "by": by, "at": self.now}
            self.attempt(bonus_services.raise_bonus, slot=found, **facts)

    # Time at work.

    @rule(number=NUMBER, late=SHIFT_MINUTES, stays=st.integers(0, 9), until=SHIFT_MINUTES)
    def work_next_shift(self, number: int, late: int, stays: int, until: int) -> None:
        """Wait for a shift, clock in, and mostly clock out."""
        coming = Claim.objects.filter(slot__starts_at__gt=self.now - HOUR)
        if not (found := self.pick(1, number, coming, state__in=HOLDING)):
            return
        begin = found.slot.starts_at + late * MINUTE
        self.advance(max(begin - self.now, timedelta(0)))
        by = found.agent.user
        session = self.attempt(shift_services.clock_in, claim=found, by=by, at=self.now)
        self.advance(until * MINUTE)
        if session is not None and stays:
            self.attempt(shift_services.clock_out, session=session, at=self.now)

    @rule(kind=KIND, number=NUMBER)
    def clock_in(self, kind: int, number: int) -> None:
        near = {"slot__starts_at__lte": self.now + HOUR, "slot__ends_at__gt": self.now}
        if found := self.seat(kind, number, *BUSY, **near):
            by = found.agent.user
            self.attempt(shift_services.clock_in, claim=found, by=by, at=self.now)

    @rule(kind=KIND, number=NUMBER, is_break=st.booleans())
    def clock_out(self, kind: int, number: int, is_break: bool) -> None:
        if found := self.pick(kind, number, WorkSession.objects.all(), ended_at=None):
            act = shift_services.start_break if is_break else shift_services.clock_out
            self.attempt(act, session=found, at=self.now)

    @rule(kind=KIND, number=NUMBER)
    def end_break(self, kind: int, number: int) -> None:
        if found := self.pick(kind, number, Break.objects.all(), ended_at=None):
            by = found.agent.user
            self.attempt(shift_services.end_break, pause=found, by=by, at=self.now)

    @rule(kind=KIND, number=NUMBER, side=SIDE, start=SHIFT_MINUTES, end=SHIFT_MINUTES)
    def propose_time(self, kind: int, number: int, side: str, start: int, end: int) -> None:
        if found := self.seat(kind, number, "WORKED", "NO_SHOW"):
            by = self.user_of(found.gig, side)
            begin = found.slot.starts_at
            facts = {"started_at": begin + start * MINUTE, "ended_at": begin + end * MINUTE}
            old = found.sessions.order_by("started_at").first() if number % 2 else None
            facts |= {"reason": WHY, "by": by, "at": self.now, "replaces": old}
            self.attempt(corrections.propose, claim=found, side=side, **facts)

    def user_of(self, gig: Gig, side: str) -> User:
        return gig.agent.user if side == "AGENT" else self.member_of(gig.client, 0).user

    @rule(kind=KIND, number=NUMBER, how=st.sampled_from(["agree", "agree", "refuse", "withdraw"]))
    def answer_time(self, kind: int, number: int, how: str) -> None:
        if found := self.pick(kind, number, TimeCorrection.objects.all(), state="PROPOSED"):
            other = "AGENT" if found.side == "CLIENT" else "CLIENT"
            side = found.side if how == "withdraw" else other
            facts = {"by": self.user_of(found.claim.gig, side), "side": side, "at": self.now}
            facts |= {"reason": WHY} if how == "refuse" else {}
            self.attempt(getattr(corrections, how), correction=found, **facts)

    @rule(number=NUMBER, hours=st.integers(1, 60))
    def waive(self, number: int, hours: int) -> None:
        agent = self.agent(number) if number % 4 else None
        facts = {"starts_at": self.now - hours * HOUR, "ends_at": self.now, "reason": WHY}
        act = shift_services.record_waiver
        self.attempt(act, agent=agent, by=self.staff[0], at=self.now, **facts)

    # Work.

    @rule(number=NUMBER, kind=KIND)
    def submit(self, kind: int, number: int) -> None:
        if found := self.gig(kind, number, "ACTIVE", "ON_HOLD"):
            parts = list(found.opportunity.milestones.order_by("position"))
            part = parts[number % len(parts)].pk if parts else None
            by, act = found.agent.user, work_services.submit_work
            self.attempt(act, gig=found, summary="Done.", by=by, at=self.now, milestone=part)

    def work(self, kind: int, number: int, *states: str) -> Work | None:
        rows = Work.objects.select_related("gig__agent__user", "gig__client")
        return self.pick(kind, number, rows, state__in=states)

    @rule(
        number=NUMBER, kind=KIND, how=st.sampled_from(["approve_work", "request_rework", "reject"])
    )
    def decide_work(self, kind: int, number: int, how: str) -> None:
        if found := self.work(kind, number, "PENDING", "UNDER_REVIEW", "REWORK_SUBMITTED"):
            facts = {"member": self.member_of(found.gig.client, number), "at": self.now}
            if how == "approve_work":
                self.attempt(work_services.approve_work, work=found, **facts)
            elif how == "reject":
                self.attempt(work_services.reject_work, work=found, comment=WHY, **facts)
            else:
                self.attempt(work_services.request_rework, work=found, comment=WHY, **facts)

    @rule(number=NUMBER, kind=KIND)
    def hand_in_again(self, kind: int, number: int) -> None:
        if found := self.work(kind, number, "REWORK_NEEDED"):
            by, act = found.gig.agent.user, work_services.submit_rework
            self.attempt(act, work=found, summary="Done again.", by=by, at=self.now)

    @rule(number=NUMBER, kind=KIND, paise=PAISE, minutes=SHIFT_MINUTES)
    def approve_in_part(self, kind: int, number: int, paise: int, minutes: int) -> None:
        if not (found := self.work(kind, number, "PENDING", "UNDER_REVIEW", "REWORK_SUBMITTED")):
            return
        refused = refused_parts.Refused("QUALITY", WHY, amount_paise=paise)
        session = found.sessions.order_by("started_at").first()
        if session is not None:
            begin = session.counted_from
            refused = refused_parts.Refused(
                "NOT_AT_WORK", WHY, session=session.pk,
                starts_at=begin, ends_at=begin + minutes * MINUTE,
            )  # fmt: skip
        facts = {"member": self.member_of(found.gig.client, number), "at": self.now}
        self.attempt(refused_parts.approve_in_part, work=found, refused=[refused], **facts)

    @rule(number=NUMBER, kind=KIND)
    def grant_part(self, kind: int, number: int) -> None:
        rows = RefusedPart.objects.select_related("work__gig__agent__user")
        if found := self.pick(kind, number, rows, state="REFUSED"):
            member = self.member_of(found.work.gig.client, number)
            self.attempt(refused_parts.grant_part, part=found, member=member, at=self.now)

    @rule(number=NUMBER, kind=KIND, side=SIDE, stars=st.integers(0, 6))
    def rate(self, kind: int, number: int, side: str, stars: int) -> None:
        if found := self.gig(kind, number, *ENDED):
            by = self.user_of(found, side)
            act = rating_services.rate
            self.attempt(act, gig=found, side=side, stars=stars, by=by, at=self.now)

    # Disputes.

    @rule(
        about=st.sampled_from([Application, Gig, Work, Work, Claim, RefusedPart]),
        number=NUMBER,
        side=SIDE,
        asked=st.none() | PAISE,
    )
    def dispute(self, about: type[Model], number: int, side: str, asked: int | None) -> None:
        kinds = {Application: "APPLICATION", Gig: "GIG", Work: "WORK", Claim: "SHIFT"}
        states = {Application: ["REJECTED"], Gig: ENDED, Claim: ["NO_SHOW", "WORKED"]}
        states |= {Work: ["APPROVED", "REJECTED"], RefusedPart: ["REFUSED"]}
        rows = about._default_manager.all()
        if not (found := self.pick(number % 8, number, rows, state__in=states[about])):
            return
        subject = subjects.find_subject(kinds.get(about, "PART"), found.pk)
        assert subject is not None
        is_agent = side == "AGENT"
        by = subject.agent.user if is_agent else self.member_of(subject.client, number).user
        facts = {"side": side, "statement": WHY, "asked_paise": asked, "by": by, "at": self.now}
        self.attempt(dispute_services.open_dispute, subject=subject, **facts)

    def case(self, kind: int, number: int, *states: str) -> Dispute | None:
        rows = Dispute.objects.select_related("agent__user", "client")
        return self.pick(kind, number, rows, state__in=states)

    def party(self, dispute: Dispute, side: str) -> dict[str, Any]:
        client = self.member_of(dispute.client, 0).user
        by = dispute.agent.user if side == "AGENT" else client
        return {"dispute": dispute, "side": side, "by": by, "at": self.now}

    @rule(
        number=NUMBER,
        kind=KIND,
        side=SIDE,
        how=st.sampled_from(["contest", "contest", "accept", "escalate", "withdraw"]),
    )
    def answer_dispute(self, kind: int, number: int, side: str, how: str) -> None:
        states = {"contest": ["OPEN"], "escalate": ["NEGOTIATION"]}
        if found := self.case(kind, number, *states.get(how, ["OPEN", "NEGOTIATION", "ESCALATED"])):
            words = {"contest": {"text": WHY}, "accept": {}}.get(how, {"reason": WHY})
            self.attempt(getattr(dispute_services, how), **self.party(found, side), **words)

    @rule(number=NUMBER, kind=KIND, side=SIDE, paise=PAISE)
    def bid(self, kind: int, number: int, side: str, paise: int) -> None:
        if found := self.case(kind, number, "NEGOTIATION"):
            self.attempt(bids.place_bid, amount_paise=paise, **self.party(found, side))

    @rule(
        number=NUMBER,
        kind=KIND,
        paise=PAISE,
        action=st.sampled_from(DisputeResolution.Action.values),
    )
    def decide_dispute(self, kind: int, number: int, paise: int, action: str) -> None:
        if not (found := self.case(kind, number, "ESCALATED")):
            return
        has_amount = action in ("PAY", "REDUCE_PAY") or (action == "EXCUSE_SHIFT" and number % 2)
        rows = Rating.objects.filter(gig=found.gig_id)
        rating = self.pick(0, number, rows) if action == "HIDE_RATING" else None
        facts = {"reason": WHY, "by": self.staff[number % 2], "at": self.now, "rating": rating}
        facts |= {"action": action, "amount_paise": paise if has_amount else 0}
        self.attempt(resolutions.decide, dispute=found, **facts)

    @rule(number=NUMBER, kind=KIND, is_confirmed=st.booleans())
    def answer_resolution(self, kind: int, number: int, is_confirmed: bool) -> None:
        rows = DisputeResolution.objects.select_related("dispute")
        if found := self.pick(kind, number, rows, state="PROPOSED"):
            facts = {"resolution": found, "by": self.staff[number % 2], "at": self.now}
            if is_confirmed:
                self.attempt(resolutions.confirm, **facts)
            else:
                self.attempt(resolutions.reject, reason=WHY, **facts)

    # Staff, finance and the clock.

    @rule(number=NUMBER, is_suspended=st.booleans())
    def suspend(self, number: int, is_suspended: bool) -> None:
        """Suspend an agent; or let all who are suspended act again."""
        if is_suspended:
            facts = {"by": self.staff[0], "at": self.now, "why": WHY}
            self.attempt(staff_services.suspend, user=self.agent(number).user, **facts)
        else:
            self.reactivate_all()

    def reactivate_all(self) -> None:
        for user in User.objects.filter(status=User.Status.SUSPENDED).order_by("email"):
            facts = {"by": self.staff[0], "at": self.now, "why": WHY}
            self.attempt(staff_services.reactivate, user=user, **facts)

    @rule(number=NUMBER)
    def pay_out(self, number: int) -> None:
        """Start a payout, or record that a started one has arrived."""
        if found := self.pick(0, number, Payout.objects.all()):
            if number % 2:
                self.attempt(payouts.start_payout, payout=found, by=self.staff[0], at=self.now)
            else:
                facts = {"by": self.staff[1], "at": self.now}
                utr = f"HDFCN5{Payout.objects.count():016d}"
                self.attempt(payouts.settle_payout, payout=found, utr_number=utr, **facts)

    @rule(time=st.sampled_from([10 * MINUTE, HOUR, 5 * HOUR, DAY, DAY, 3 * DAY, 8 * DAY, 31 * DAY]))
    def wait(self, time: timedelta) -> None:
        self.advance(time)

    @rule()
    def sweep(self) -> None:
        self.run_sweeps()

    def run_sweeps(self) -> None:
        """What becomes due by time; no row of any sweep may fail."""
        MarketplaceMachine.acts += 1
        self.unchecked += 1
        for each in maintenance.SWEEPS:
            done = sweeps.run(each, now=self.now)
            if done.failed:
                row = PostponedRow.objects.filter(sweep=each.name).values().first()
                due = each.due(self.now).filter(pk=row["row"]).first() if row else None
                with transaction.atomic():
                    each.act(due, self.now)  # shows what was raised
                raise AssertionError(f"{each.name} failed: {row}")
        payouts.create_waiting_payouts(now=self.now)
        self.check_deferred()

    # What is always so.

    @invariant()
    def money_adds_up(self) -> None:
        if self.unchecked >= ACTS_TO_CHECK:
            self.check_rows()

    def check_rows(self) -> None:
        self.unchecked = 0
        assert check_money() == []
        check_seats()

    # The end.

    def end_everything(self) -> None:
        """Every gig can be ended, every dispute decided, and no money stays without a reason."""
        self.reactivate_all()
        for resolution in DisputeResolution.objects.filter(state="PROPOSED"):
            act, by = resolutions.reject, self.staff[1]
            self.must(act, resolution=resolution, reason=WHY, by=by, at=self.now)
        for gig in Gig.objects.exclude(state__in=ENDED).order_by(*ORDERS[Gig]):
            by = self.member_of(gig.client, 0).user
            self.must(gig_services.end_gig, gig=gig, why=WHY, by=by, at=self.now)
        for dispute in Dispute.objects.live().order_by(*ORDERS[Dispute]):
            facts = {"dispute": dispute, "reason": WHY, "by": self.staff[0], "at": self.now}
            if not dispute.is_escalated:
                self.must(dispute_services.take_over, **facts)
            self.must(resolutions.decide, action="NOTHING", **facts)
        for offer in Opportunity.objects.exclude(state__in=["DRAFT", "CLOSED", "CANCELLED"]):
            self.must(opportunity_services.close, opportunity=offer, by=None, at=self.now)
        for time in LAST_DEADLINES:
            self.advance(time)
            self.run_sweeps()
        self.check_rows()
        self.check_nothing_is_left()

    def must(self, act: Callable[..., Any], /, **facts: Any) -> None:
        """Do what may not be refused."""
        with transaction.atomic():
            act(**facts)
            self.check_deferred()

    def check_nothing_is_left(self) -> None:
        for each in maintenance.SWEEPS:
            if each.name != "gigs.match_profiles":  # taken up again and again
                assert not each.due(self.now).exists(), each.name
        for gig in Gig.objects.all():
            assert gig.has_ended
            assert sum(gig_queries.undecided_paise(gig)) == 0
        assert not WorkSession.objects.filter(ended_at=None).exists()
        assert not Claim.objects.holding().exists()
        assert not Work.objects.unsettled().exists()
        reserved = Leg.objects.filter(account__kind=AccountKind.CLIENT_RESERVED)
        left = reserved.values_list("account__reserve__opportunity__title")
        assert not list(left.annotate(paise=Sum("amount_paise")).exclude(paise=0))


def check_seats() -> None:
    """No slot is oversold, each counter is right, and no agent has two seats at a time."""
    seats = Count("claims", filter=Q(claims__state__in=SEATED))
    slots = Slot.objects.annotate(seats=seats)
    assert not slots.filter(taken__gt=F("capacity")).exists()
    assert not slots.exclude(taken=F("seats")).exists()
    running = Count("gigs", filter=~Q(gigs__state="REPLACED"))
    wrong = Opportunity.objects.annotate(places=running).exclude(filled=F("places"))
    assert not wrong.exists()
    busy = Claim.objects.busy().order_by("agent", "slot__starts_at")
    hours = list(busy.values_list("agent", "slot__starts_at", "slot__ends_at"))
    for (agent, _, end), (other, start, _) in pairwise(hours):
        assert agent != other or end <= start
    time = WorkSession.objects.current().order_by("agent", "started_at")
    worked = list(time.values_list("agent", "started_at", "ended_at"))
    for (agent, _, end), (other, start, _) in pairwise(worked):
        assert agent != other or (end is not None and end <= start)
