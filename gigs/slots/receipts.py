"""Receipts of openings: the file of an agent, why a seat went to others, and the nightly check."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from gigs.models import (
    Claim,
    ClaimEvent,
    Opening,
    OpeningPlace,
    ReceiptEntry,
    ReceiptSeal,
    Slot,
    WaitlistEvent,
)
from gigs.models.slots import BUSY
from gigs.slots import openings, receipt_check
from hitouch.core.db import hash_chain
from hitouch.core.monitoring import alarms
from hitouch.core.web.humanize import moment_text

ALARM = "gigs.receipts"
#: Key of the advisory lock that lets one process seal receipts at a time.
SEAL_LOCK = 7_401_971


def receipt_of(place: OpeningPlace) -> dict[str, Any]:
    """The receipt of an opening for one of its agents, as `receipt_check` reads it."""
    opening = place.opening
    moment = receipt_check.moment
    steps = openings.steps_of(opening)
    slots = list(_slots_of(opening))
    receipt: dict[str, Any] = {
        "format": receipt_check.FORMAT,
        "opening": {
            "id": str(opening.pk),
            "rule": opening.rule,
            "seed": opening.seed,
            "opened_at": moment(opening.opened_at),
            "step_times": [moment(steps.opens(step)) for step in range(1, steps.steps + 1)],
            "cap": opening.cap,
            "order": [
                {"reference": each.reference, "stars": each.stars, "step": each.step}
                for each in _places_of(opening)
            ],
            "slots": [
                {
                    "id": str(slot.pk),
                    "starts_at": moment(slot.starts_at),
                    "ends_at": moment(slot.ends_at),
                    "seats": seats_at_opening(slot),
                }
                for slot in slots
            ],
            "hash": opening.hash,
        },
        "slots": [
            {"id": str(slot.pk), "entries": [_entry_data(each) for each in slot.receipt.all()]}
            for slot in slots
        ],
        "you": {
            "agent": str(place.agent_id),
            "secret": place.secret,
            "reference": place.reference,
        },
    }
    return receipt | {"checksum": receipt_check.digest(receipt)}


def _slots_of(opening: Opening) -> QuerySet[Slot]:
    """The slots with their entries in order."""
    entries: Any = Prefetch("receipt", ReceiptEntry.objects.order_by("number"))
    return opening.slots.prefetch_related(entries).order_by("pk")


def _places_of(opening: Opening) -> QuerySet[OpeningPlace]:
    return opening.places.filter(rank__isnull=False).order_by("rank")


def seats_at_opening(slot: Slot) -> int:
    """The seats when the slot was opened, which its second entry names; 0 if that is missing."""
    entries = [entry for entry in slot.receipt.all() if entry.kind == "SEATS"]
    return int(entries[0].detail) if entries and entries[0].detail.isdecimal() else 0


def _entry_data(entry: ReceiptEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "previous_hash": entry.previous_hash,
        "at": receipt_check.moment(entry.at),
        "kind": entry.kind,
        "reference": entry.reference,
        "detail": entry.detail,
        "hash": entry.hash,
    }


def why(slot: Slot, place: OpeningPlace, *, now: datetime) -> list[str]:
    """In plain sentences, where the seats of a slot went and what the agent's place was."""
    opening = place.opening
    steps = {each.reference: each for each in opening.places.all()}
    entries = list(slot.receipt.order_by("number"))
    seats = next((entry.detail for entry in entries if entry.kind == "SEATS"), "0")
    told = [
        f"This shift had {_count(int(seats), 'seat')} when it was opened in {opening.steps} steps.",
        _place_sentence(place, opening, now=now),
        *(_entry_sentence(entry, steps, place) for entry in entries if entry.kind in TOLD),
    ]
    return [*told, _outcome(slot, place, entries, now=now)]


TOLD = {
    "CLAIMED": "{who} claimed a seat.",
    "SEATED": "{who} got a seat from the waitlist.",
    "RELEASED": "{who} gave a seat up.",
    "EXCUSED": "{who} was excused from the shift.",
    "CANCELLED": "The client took back the seat of {who}.",
    "OFFERED": "{who} offered the seat to others.",
    "KEPT": "{who} kept the seat that was on offer.",
    "WAITING": "{who} joined the waitlist.",
    "LEFT": "{who} left the waitlist, or could not work these hours when it was their turn.",
    "EXPIRED": "{who} did not get a seat before the waitlist closed.",
}


def _entry_sentence(
    entry: ReceiptEntry, places: dict[str, OpeningPlace], mine: OpeningPlace
) -> str:
    who = "An agent"
    if entry.reference == mine.reference:
        who = "You"
    elif found := places.get(entry.reference):
        who = (
            f"The agent in place {found.rank} (step {found.step})"
            if found.rank
            else ("An agent who was accepted later (last step)")
        )
    text = TOLD[entry.kind].format(who=who)
    if who == "You":
        text = text.replace("You was", "You were").replace("seat of You", "seat of yours")
    return f"{moment_text(entry.at)}: {text}"


def _place_sentence(place: OpeningPlace, opening: Opening, *, now: datetime) -> str:
    opens = "opened" if place.opens_at <= now else "opens"
    when = f"Your step, {place.step} of {opening.steps}, {opens} {moment_text(place.opens_at)}."
    if place.rank is None:
        return f"You were accepted after the opening, so that the last step is yours. {when}"
    agents = opening.places.filter(rank__isnull=False).count()
    basis = f"with {place.stars} stars" if place.stars else "by lot, as you have few ratings so far"
    return f"You were in place {place.rank} of {agents}, {basis}. {when}"


def _outcome(slot: Slot, place: OpeningPlace, entries: list[ReceiptEntry], *, now: datetime) -> str:
    """The one sentence that answers the question."""
    if slot.claims.filter(agent=place.agent_id, state__in=BUSY).exists():
        return "You have a seat on this shift."
    if slot.cancelled_at:
        return f"The client cancelled this shift {moment_text(slot.cancelled_at)}."
    if place.opens_at > now:
        return "You can claim a seat when your step opens, if one is free then."
    if full_at := _full_at(entries):
        when = moment_text(full_at)
        if full_at < place.opens_at:
            return f"All seats were taken by {when}, before your step opened."
        return f"Your step was open, and all seats were taken by {when}."
    if slot.starts_at <= now:
        return "Seats were free until the shift started, and you did not claim one."
    return "Seats are free. You can claim one now."


def _full_at(entries: list[ReceiptEntry]) -> datetime | None:
    """Since when no seat has been free; one that was given on in the same moment never was."""
    seats = taken = 0
    full_at = freed_at = before = None
    for entry in entries:
        if entry.kind == "SEATS":
            seats = int(entry.detail)
        taken += (entry.kind in receipt_check.SEATING) - (entry.kind in receipt_check.FREEING)
        if taken >= seats > 0:
            full_at = full_at or (before if freed_at == entry.at else entry.at)
        elif full_at:
            full_at, before, freed_at = None, full_at, entry.at
    return full_at


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def findings() -> list[str]:
    """What is wrong with receipts, one sentence each; nothing when all are intact."""
    found: list[str] = []
    for opening in Opening.objects.order_by("created_at", "pk").iterator():
        found += _findings_of(opening)
    return found


def _findings_of(opening: Opening) -> Iterator[str]:
    slots = list(_slots_of(opening).prefetch_related("receipt_seals"))
    for slot in slots:
        slot.capacity = seats_at_opening(slot)
    content = openings.opening_content(opening, list(_places_of(opening)), slots)
    if receipt_check.digest(content) != opening.hash:
        yield f"Opening {opening.pk} was changed: its rule, times, order of agents or shifts."
    moves = _moves(opening)
    for slot in slots:
        entries = list(slot.receipt.all())
        broken = hash_chain.first_break(entries, digest_of=_digest_of)
        if broken is not None:
            yield f"The receipt of shift {slot.pk} is broken at entry {broken}."
        if not entries or entries[0].detail != opening.hash:
            yield f"The receipt of shift {slot.pk} does not begin with its opening."
        counted = Counter((slot.pk, entry.kind) for entry in entries if entry.reference)
        if counted != Counter({key: n for key, n in moves.items() if key[0] == slot.pk}):
            yield f"The receipt of shift {slot.pk} differs from its claims and waitlist."
        by_number = {entry.number: entry for entry in entries}
        for seal in slot.receipt_seals.all():
            entry = by_number.get(seal.number)
            if entry is None or seal.hash != _seal_of(slot, entry):
                yield f"The receipt of shift {slot.pk} was sealed otherwise at entry {seal.number}."


def _digest_of(entry: ReceiptEntry) -> str:
    return hash_chain.digest(
        [
            str(entry.slot_id),
            entry.number,
            entry.previous_hash,
            receipt_check.moment(entry.at),
            entry.kind,
            entry.reference,
            entry.detail,
        ]
    )


def _moves(opening: Opening) -> Counter[tuple[Any, str]]:
    """How many moves of each kind there were on each slot, from claims and waitlists."""
    states = Claim.State
    moves: Counter[tuple[Any, str]] = Counter()
    kept = (states.HELD, states.SWAP_OFFERED, states.RELEASED, states.EXCUSED, states.CANCELLED)
    rows = ClaimEvent.objects.filter(subject__slot__opening=opening, became__in=kept)
    names: dict[str, str] = {states.SWAP_OFFERED: "OFFERED"}
    for slot, was, became, by in rows.values_list("subject__slot", "was", "became", "by"):
        kind = names.get(became, became)
        if became == states.HELD:
            kind = "KEPT" if was else "CLAIMED" if by else "SEATED"
        moves[slot, kind] += 1
    waits = WaitlistEvent.objects.filter(subject__slot__opening=opening).exclude(became="SEATED")
    for slot, became in waits.values_list("subject__slot", "became"):
        moves[slot, became] += 1
    return moves


def _seal_of(slot: Slot, entry: ReceiptEntry) -> str:
    content = hash_chain.digest([str(slot.pk), entry.number, entry.hash])
    return hash_chain.keyed_digest("receipts", content)


@transaction.atomic
def seal_new() -> int:
    """Seal the last entry of each receipt that has grown; returns how many."""
    hash_chain.lock(SEAL_LOCK)
    last = ReceiptEntry.objects.order_by("slot", "-number").distinct("slot").select_related("slot")
    sealed = set(ReceiptSeal.objects.values_list("slot", "number"))
    seals = [
        ReceiptSeal(slot=entry.slot, number=entry.number, hash=_seal_of(entry.slot, entry))
        for entry in last
        if (entry.slot_id, entry.number) not in sealed
    ]
    ReceiptSeal.objects.bulk_create(seals)
    return len(seals)


def check_receipts(*, at: datetime) -> list[str]:
    """Check all receipts; a fault raises an alarm. What is in order is sealed."""
    if found := findings():
        alarms.raise_alarm(ALARM, f"{len(found)} faults. {found[0]}", at=at)
    else:
        seal_new()
        alarms.clear_alarm(ALARM)
    return found
