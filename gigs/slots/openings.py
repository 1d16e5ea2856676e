"""Open slots in steps: agents by standing first, in the last step all.

Locks: the opportunity, then the slots by id, as for adding slots.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Agent, User
from accounts.security import audit, locks
from gigs import horizon, notifications, standing
from gigs.models import Opening, OpeningPlace, Opportunity, ReceiptEntry, Slot
from gigs.models.opportunities import ENDED
from gigs.slots import receipt_check
from gigs.slots.services import OpportunityClosed
from hitouch.core.errors import Refusal

MOST_SLOTS = 500


class NothingToOpen(Refusal):
    """No slot was chosen, or too many."""

    code = "nothing_to_open"
    message = f"Choose the shifts to open: at least one, at most {MOST_SLOTS}."
    status = 422
    field = "slots"


class AlreadyOpened(Refusal):
    """A slot was opened before, or somebody has a seat or waits for one."""

    code = "already_opened"
    message = "One of these shifts is open already, or has been claimed. Choose others."
    field = "slots"


class OpensInPast(Refusal):
    """The first step is in the past."""

    code = "opens_in_past"
    message = "The first step must open now or later."
    status = 422
    field = "opens_at"


class OpensTooLate(Refusal):
    """A slot starts before it would be open to all."""

    code = "opens_too_late"
    message = (
        "A shift would start before it is open to all. Open it earlier, or with less time "
        "between the steps."
    )
    status = 422
    field = "opens_at"


class NobodyToOpenFor(Refusal):
    """The opportunity has no agents yet."""

    code = "nobody_to_open_for"
    message = "Accept agents first. Steps are given to the agents of this opportunity."


@dataclass(frozen=True)
class Steps:
    """How slots are opened: the first step, the time to the next, their number, and the cap."""

    opens_at: datetime
    hours_between: int
    steps: int
    cap: int

    def opens(self, step: int) -> datetime:
        """When a step opens; the first one is 1."""
        return self.opens_at + (step - 1) * timedelta(hours=self.hours_between)

    @property
    def opens_to_all_at(self) -> datetime:
        """When the last step opens."""
        return self.opens(self.steps)


@transaction.atomic
def open_in_steps(
    *, opportunity: Opportunity, slots: Collection[UUID], steps: Steps, by: User, now: datetime
) -> Opening:
    """Open slots that nobody has claimed yet to the opportunity's agents, in steps."""
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if not opportunity.takes_slots:
        raise OpportunityClosed
    if not 0 < len(slots) <= MOST_SLOTS:
        raise NothingToOpen
    rows = opportunity.slots.select_for_update(no_key=True).filter(pk__in=slots)
    locked = list(rows.order_by("pk"))
    if len(locked) != len(set(slots)):
        raise NothingToOpen
    _check_slots(locked)
    _check_times(locked, steps, now)
    agents = list(agents_of(opportunity).order_by("pk"))
    if not agents:
        raise NobodyToOpenFor
    opening = Opening(
        opportunity=opportunity,
        rule=receipt_check.RULE,
        seed=secrets.token_hex(32),
        opened_at=now,
        opens_at=steps.opens_at,
        opens_to_all_at=steps.opens_to_all_at,
        steps=steps.steps,
        cap=steps.cap,
        by=by,
    )
    places = _places(opening, agents, steps, now=now)
    opening.hash = receipt_check.digest(opening_content(opening, places, locked))
    opening.save()
    OpeningPlace.objects.bulk_create(places)
    Slot.objects.filter(pk__in=[slot.pk for slot in locked]).update(opening=opening, updated_at=now)
    _begin_receipts(opening, locked, at=now)
    audit.record_event(
        by=by, action="slots.opened_in_steps", on=opening, at=now, new={"slots": len(locked)}
    )
    return opening


def _check_slots(slots: list[Slot]) -> None:
    # The database holds the same for a claim that is being inserted: a slot with a seat taken
    # cannot get an opening, and a claim that comes later needs its step.
    if any(slot.opening_id or slot.taken or slot.cancelled_at for slot in slots):
        raise AlreadyOpened


def _check_times(slots: list[Slot], steps: Steps, now: datetime) -> None:
    # A form has no seconds, so that "now" is up to a minute ago.
    if steps.opens_at < now - timedelta(minutes=1):
        raise OpensInPast
    horizon.check_time(steps.opens_to_all_at, now=now, field="opens_at")
    if steps.opens_to_all_at > min(slot.starts_at for slot in slots):
        raise OpensTooLate


def _places(
    opening: Opening, agents: list[Agent], steps: Steps, *, now: datetime
) -> list[OpeningPlace]:
    """The agents in order, each with the step from which they can claim."""
    standings = standing.standings_of_agents(agents, now=now)
    places = [new_place(opening, agent) for agent in agents]
    for place in places:
        found = standings[place.agent_id]
        place.stars = found.stars if found else ""
    by_reference = {place.reference: place for place in places}
    stars = [(place.reference, place.stars) for place in places]
    order = receipt_check.order_of(stars, seed=opening.seed)
    for rank, reference in enumerate(order, start=1):
        place = by_reference[reference]
        place.rank = rank
        place.step = receipt_check.step_of(rank, agents=len(order), steps=steps.steps)
        place.opens_at = steps.opens(place.step)
    return [by_reference[reference] for reference in order]


def _begin_receipts(opening: Opening, slots: list[Slot], *, at: datetime) -> None:
    """The first entries: the hash of the opening, and the seats. A trigger numbers and chains."""
    ReceiptEntry.objects.bulk_create(
        ReceiptEntry(slot=slot, number=0, at=at, kind=kind, detail=detail)
        for slot in slots
        for kind, detail in (("OPENED", opening.hash), ("SEATS", str(slot.capacity)))
    )


def new_place(opening: Opening, agent: Agent) -> OpeningPlace:
    """A place with its secret and reference. Not saved."""
    secret = secrets.token_hex(16)
    reference = receipt_check.reference_of(str(opening.pk), str(agent.pk), secret)
    return OpeningPlace(opening=opening, agent=agent, secret=secret, reference=reference)


def add_later(opening: Opening, agent: Agent, *, at: datetime) -> OpeningPlace:
    """Give a place to an agent who was accepted after the opening: the last step, with all.

    The agent is locked, so that nobody else adds the place.
    """
    place = new_place(opening, agent)
    place.step, place.opens_at, place.told_at = opening.steps, opening.opens_to_all_at, at
    place.save()
    return place


@transaction.atomic
def place_of(*, agent: Agent, slot: Slot, at: datetime) -> OpeningPlace | None:
    """The agent's place in the opening of a slot; None if it was not opened in steps."""
    if slot.opening is None:
        return None
    locks.lock_agent_row(agent)
    places = OpeningPlace.objects.select_related("opening__opportunity")
    found = places.filter(opening=slot.opening, agent=agent).first()
    return found or add_later(slot.opening, agent, at=at)


def agents_of(opportunity: Opportunity) -> QuerySet[Agent]:
    """The agents of an opportunity whose gig has not ended."""
    gigs = opportunity.gigs.exclude(state__in=ENDED)
    return Agent.objects.filter(pk__in=gigs.values("agent"))


def openable_slots(opportunity: Opportunity, *, now: datetime) -> QuerySet[Slot]:
    """Slots that can be opened in steps: to come, and nobody has a seat or waits."""
    slots = opportunity.slots.filter(opening=None, taken=0, starts_at__gt=now, cancelled_at=None)
    return slots.order_by("starts_at", "pk")[:MOST_SLOTS]


def steps_of(opening: Opening) -> Steps:
    """The steps of an opening."""
    gap = (opening.opens_to_all_at - opening.opens_at) / (opening.steps - 1)
    hours = round(gap / timedelta(hours=1))
    return Steps(opening.opens_at, hours_between=hours, steps=opening.steps, cap=opening.cap)


def opening_content(
    opening: Opening, places: Collection[OpeningPlace], slots: Collection[Slot]
) -> list[object]:
    """What the hash of an opening covers; slots have the seats that they had then."""
    moment = receipt_check.moment
    return [
        str(opening.pk),
        opening.rule,
        opening.seed,
        moment(opening.opened_at),
        moment(opening.opens_at),
        moment(opening.opens_to_all_at),
        opening.steps,
        opening.cap,
        [[place.reference, place.stars, place.step] for place in places],
        [
            [str(slot.pk), moment(slot.starts_at), moment(slot.ends_at), slot.capacity]
            for slot in sorted(slots, key=lambda slot: str(slot.pk))
        ],
    ]


@transaction.atomic
def tell(*, place: OpeningPlace, at: datetime) -> OpeningPlace:
    """Tell an agent that their step is open, unless nothing is left to claim. Idempotent."""
    place = OpeningPlace.objects.select_for_update(no_key=True).get(pk=place.pk)
    if place.told_at is None and place.opens_at <= at:
        place.told_at = at
        place.save(update_fields=["told_at", "updated_at"])
        left = place.opening.slots.filter(starts_at__gt=at, taken__lt=F("capacity")).count()
        has_gig = place.opening.opportunity.gigs.filter(agent=place.agent_id, state="ACTIVE")
        if left and has_gig.exists():
            notifications.step_opened(place=place, shifts=left, at=at)
    return place
