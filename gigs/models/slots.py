"""Slots (shifts) with a capacity, and the claims of agents on them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import Agent
from gigs.models.openings import (
    Opening,
    OpeningPlace,
    receipt_of_claims,
    receipt_of_seats,
    receipt_of_waitlists,
)
from gigs.models.opportunities import Gig, Opportunity
from gigs.models.search import hours_trigger
from gigs.models.triggers import (
    agreement,
    counted_by_triggers,
    counter_trigger,
    immutable_columns,
    in_this_century,
    never_deleted,
)
from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine

#: Slots start and end on multiples of it. India is a whole number of half hours ahead of UTC.
HALF_HOUR = timedelta(minutes=30)
#: As much as an agent may work on one day.
LONGEST_SLOT = timedelta(hours=12)
#: A claim released later than this before the start counts as a late release.
FREE_RELEASE = timedelta(hours=48)
CLOCK_IN_EARLY = timedelta(minutes=15)
#: A claim released so soon after it was made never counts as late.
UNDO_WITHIN = timedelta(minutes=5)
#: A seat can be offered to others until so long before the start; then it is the agent's again.
SWAP_UNTIL = timedelta(hours=2)
#: Who waits is seated by itself until so long before the start.
SEATED_UNTIL = timedelta(hours=12)


class ClaimState(models.TextChoices):
    """States of a claim."""

    HELD = "HELD", "Claimed"
    SWAP_OFFERED = "SWAP_OFFERED", "Offered to others"
    RELEASED = "RELEASED", "Released"
    WORKED = "WORKED", "Worked"
    NO_SHOW = "NO_SHOW", "Missed"
    EXCUSED = "EXCUSED", "Excused"
    CANCELLED = "CANCELLED", "Cancelled by the client"


HOLDING = (ClaimState.HELD, ClaimState.SWAP_OFFERED)
SEATED = (*HOLDING, ClaimState.WORKED, ClaimState.NO_SHOW)
BUSY = (*HOLDING, ClaimState.WORKED)


class SlotQuerySet(models.QuerySet["Slot"]):
    """Filters by time, and annotations for an agent."""

    def upcoming(self, now: datetime) -> SlotQuerySet:
        """Slots that have not ended and were not cancelled."""
        return self.filter(ends_at__gt=now, cancelled_at=None)

    def with_claim_of(self, agent: Agent, *, now: datetime) -> SlotQuerySet:
        """Annotate what the agent sees of each slot.

        `my_claim` and `my_entry` are ids of the agent's claim and place on the waitlist,
        `is_clashing` says that another claim overlaps, `has_offer` that somebody offers a seat.
        `opens_at` is the time of the agent's step, None if there are no steps; `opens_later` says
        that it is still to come.
        """
        busy = Claim.objects.filter(agent=agent, state__in=BUSY)
        mine = busy.filter(slot=OuterRef("pk")).values("pk")[:1]
        clash = busy.filter(
            slot__starts_at__lt=OuterRef("ends_at"), slot__ends_at__gt=OuterRef("starts_at")
        )
        waiting = WaitlistEntry.objects.filter(agent=agent, state="WAITING", slot=OuterRef("pk"))
        offered = Claim.objects.filter(state="SWAP_OFFERED", slot=OuterRef("pk"))
        places = OpeningPlace.objects.filter(agent=agent, opening=OuterRef("opening"))
        return self.annotate(
            opens_at=Coalesce(
                Subquery(places.values("opens_at")[:1]), F("opening__opens_to_all_at")
            ),
            my_claim=Subquery(mine),
            is_clashing=Exists(clash),
            my_entry=Subquery(waiting.values("pk")[:1]),
            has_offer=Exists(offered),
        ).annotate(opens_later=Case(When(opens_at__gt=now, then=True), default=False))


def _half_hours_trigger() -> pgtrigger.Trigger:
    """New slots start and end at full or half hours.

    A check constraint would hold for updates, too, and slots made before this rule could never be
    claimed again, as a claim updates its slot.
    """
    off = " OR ".join(
        f"extract(epoch FROM NEW.{column}) % 1800 <> 0" for column in ("starts_at", "ends_at")
    )
    return pgtrigger.Protect(
        name="on_half_hours",
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(off),
    )


class Slot(BaseModel):
    """A shift of an opportunity, from `starts_at` to before `ends_at`, for `capacity` agents."""

    opportunity = models.ForeignKey(Opportunity, related_name="slots", on_delete=models.PROTECT)
    series = models.ForeignKey(
        "gigs.SlotSeries", related_name="slots", null=True, blank=True, on_delete=models.PROTECT
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    #: A higher level than the opportunity's, or empty.
    minimum_level = models.CharField(max_length=2, choices=CEFR.choices, blank=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    #: What agents get for each hour beside their rate.
    bonus_paise = models.PositiveIntegerField(default=0, editable=False)
    #: Set once, while nobody has a seat.
    opening = models.ForeignKey(
        Opening, null=True, editable=False, related_name="slots", on_delete=models.PROTECT
    )
    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = "shift"
        triggers = [
            immutable_columns("opportunity", "starts_at", "ends_at"),
            hours_trigger(),
            _half_hours_trigger(),
            *counted_by_triggers("taken"),
            pgtrigger.Protect(
                name="opened_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.opening_id IS DISTINCT FROM NEW.opening_id"
                    " AND (OLD.opening_id IS NOT NULL OR NEW.taken > 0)"
                ),
            ),
            receipt_of_seats(),
            pgtrigger.Protect(
                name="bonus_only_rises",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.bonus_paise < OLD.bonus_paise"),
            ),
        ]
        indexes = [
            models.Index(
                name="slot_with_bonus", fields=["ends_at"], condition=Q(bonus_paise__gt=0)
            ),
            models.Index(name="slot_of_opportunity", fields=["opportunity", "starts_at"]),
            models.Index(name="slot_latest", fields=["-starts_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_slot_per_hours",
                fields=["opportunity", "starts_at", "ends_at"],
                condition=Q(cancelled_at=None),
            ),
            models.CheckConstraint(
                name="slot_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="slot_in_this_century",
                condition=in_this_century("starts_at") & in_this_century("ends_at"),
            ),
            models.CheckConstraint(
                name="slot_never_oversold",
                condition=Q(capacity__gt=0, taken__lte=F("capacity"))
                | Q(cancelled_at__isnull=False, taken__lte=F("capacity")),
            ),
            models.CheckConstraint(
                name="slot_level_is_one", condition=Q(minimum_level__in=["", *CEFR.values])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity}, {self.starts_at:%d %b %H:%M} UTC"

    @property
    def seats_left(self) -> int:
        return self.capacity - self.taken

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def has_started(self, now: datetime) -> bool:
        return now >= self.starts_at

    def is_free_to_leave(self, now: datetime) -> bool:
        return now <= self.starts_at - FREE_RELEASE

    def takes_clock_in(self, now: datetime) -> bool:
        return self.starts_at - CLOCK_IN_EARLY <= now < self.ends_at


_machine = StateMachine(
    start=ClaimState.HELD,
    edges={
        ClaimState.HELD: [
            ClaimState.SWAP_OFFERED,
            ClaimState.RELEASED,
            ClaimState.WORKED,
            ClaimState.NO_SHOW,
            ClaimState.EXCUSED,
            ClaimState.CANCELLED,
        ],
        ClaimState.SWAP_OFFERED: [
            ClaimState.HELD,
            ClaimState.RELEASED,
            ClaimState.WORKED,
            ClaimState.NO_SHOW,
            ClaimState.EXCUSED,
            ClaimState.CANCELLED,
        ],
        # By an outage or a waiver that is recorded later, or hours that both sides agree to.
        ClaimState.NO_SHOW: [ClaimState.EXCUSED, ClaimState.WORKED],
    },
)


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Filters by state and time."""

    def holding(self) -> ClaimQuerySet:
        """Seats that were neither worked nor missed yet."""
        return self.filter(state__in=HOLDING)

    def busy(self) -> ClaimQuerySet:
        return self.filter(state__in=BUSY)

    def during(self, slot: Slot) -> ClaimQuerySet:
        """Claims that overlap the slot; touching ends do not overlap."""
        return self.filter(slot__starts_at__lt=slot.ends_at, slot__ends_at__gt=slot.starts_at)

    def ahead(self, now: datetime) -> ClaimQuerySet:
        """Claims on slots that have not ended."""
        return self.busy().filter(slot__ends_at__gt=now)


class Claim(BaseModel):
    """An agent's place on a slot."""

    State = ClaimState

    slot = models.ForeignKey(Slot, related_name="claims", on_delete=models.PROTECT)
    gig = models.ForeignKey(Gig, related_name="claims", on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, related_name="claims", on_delete=models.PROTECT)
    # A copy of the slot's hours, for the exclusion constraint against overlapping claims.
    during = DateTimeRangeField()
    state = models.CharField(max_length=20, choices=ClaimState.choices, default=ClaimState.HELD)
    released_at = models.DateTimeField(null=True, blank=True)
    is_late_release = models.BooleanField(default=False)
    machine = _machine
    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "shift claim"
        indexes = [
            models.Index(name="claim_newest", fields=["-created_at", "-id"]),
            models.Index(name="claim_by_state", fields=["state", "-created_at", "-id"]),
            models.Index(
                name="claim_late", fields=["-created_at", "-id"], condition=Q(is_late_release=True)
            ),
        ]
        triggers = [
            *_machine.triggers(),
            *counter_trigger(of="gigs_slot", by="slot_id", column="taken", live=SEATED),
            immutable_columns("slot", "gig", "agent", "during"),
            agreement(
                "of_its_gig_and_slot",
                query=(
                    "SELECT FROM gigs_gig AS gig JOIN gigs_slot AS slot"
                    " ON slot.opportunity_id = gig.opportunity_id"
                    " WHERE gig.id = NEW.gig_id AND slot.id = NEW.slot_id"
                    " AND gig.agent_id = NEW.agent_id"
                    " AND NEW.during = tstzrange(slot.starts_at, slot.ends_at)"
                ),
            ),
            never_deleted(),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_seat_per_agent_and_slot",
                fields=["slot", "agent"],
                condition=~Q(state__in=["RELEASED", "EXCUSED", "CANCELLED"]),
            ),
            ExclusionConstraint(
                name="an_agent_is_in_one_place",
                expressions=[("agent", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(state__in=["HELD", "SWAP_OFFERED", "WORKED"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.slot}"

    @property
    def is_held(self) -> bool:
        """Whether the agent has the seat and has not come or missed it."""
        return self.state in HOLDING


class ClaimEvent(StateEvent):
    """One change of a claim's state."""

    subject = models.ForeignKey(Claim, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        triggers = [*StateEvent.Meta.triggers, receipt_of_claims()]


class WaitlistState(models.TextChoices):
    """States of a place on a waitlist."""

    WAITING = "WAITING", "Waiting"
    SEATED = "SEATED", "Got a seat"
    LEFT = "LEFT", "Left"
    EXPIRED = "EXPIRED", "Expired"


_waitlist = StateMachine(
    start=WaitlistState.WAITING,
    edges={
        WaitlistState.WAITING: [
            WaitlistState.SEATED,
            WaitlistState.LEFT,
            WaitlistState.EXPIRED,
        ]
    },
)


class WaitlistEntry(BaseModel):
    """An agent's place on the waitlist of a full slot. The first who may work gets a free seat."""

    State = WaitlistState

    slot = models.ForeignKey(Slot, related_name="waitlist", on_delete=models.PROTECT)
    gig = models.ForeignKey(Gig, related_name="waitlist_entries", on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, related_name="waitlist_entries", on_delete=models.PROTECT)
    queued_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=WaitlistState.choices, default=WaitlistState.WAITING
    )
    machine = _waitlist

    class Meta:
        verbose_name_plural = "waitlist entries"
        triggers = [
            *_waitlist.triggers(),
            immutable_columns("slot", "gig", "agent", "queued_at"),
        ]
        indexes = [
            models.Index(
                name="waitlist_order",
                fields=["slot", "queued_at", "id"],
                condition=Q(state="WAITING"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_waitlist_entry_per_agent_and_slot",
                fields=["slot", "agent"],
                condition=Q(state="WAITING"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} waits for {self.slot}"


class WaitlistEvent(StateEvent):
    """One change of a waitlist entry's state."""

    subject = models.ForeignKey(WaitlistEntry, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        triggers = [*StateEvent.Meta.triggers, receipt_of_waitlists()]


class CalendarFeed(BaseModel):
    """The secret address from which an agent's calendar reads their shifts; one per agent."""

    agent = models.OneToOneField(Agent, related_name="calendar_feed", on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)

    def __str__(self) -> str:
        return f"Calendar of {self.agent}"
