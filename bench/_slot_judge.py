"""What is wrong after `gigs_races.py`: rows compared with each other and with what was answered.

Import only after Django's set-up. Each function returns its findings, one line each.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import AuditEvent
from gigs.models import Claim, ClaimEvent, EarnedAmount, Slot, WaitlistEntry, WaitlistEvent
from gigs.models.slots import HOLDING, SEATED
from gigs.slots import receipt_check, receipts, waitlist
from payments.integrity import invariants

FROM_WAITLIST = "From the waitlist."


def settle() -> None:
    """What the sweep would do next: give free seats to those who wait."""
    for slot in Slot.objects.filter(taken__lt=F("capacity"), cancelled_at=None):
        waitlist.fill(slot=slot, at=timezone.now())


def moves() -> dict[str, int]:
    """How often seats moved, for the reader: a race in which nothing happens proves nothing."""
    events = ClaimEvent.objects
    return {
        "seats claimed": events.filter(was="", by__isnull=False).count(),
        "seats given to who waited": events.filter(was="", why=FROM_WAITLIST).count(),
        "released": events.filter(became="RELEASED").count(),
        "taken over": events.filter(was="SWAP_OFFERED", became="RELEASED").count(),
        "cancelled": events.filter(became="CANCELLED").count(),
        "slots cancelled": Slot.objects.exclude(cancelled_at=None).count(),
        "paid late cancellations": EarnedAmount.objects.count(),
    }


def oversold() -> list[str]:
    return _rows(
        "SELECT s.id, s.capacity, count(c.id) FROM gigs_slot s JOIN gigs_claim c"
        " ON c.slot_id = s.id AND c.state = ANY(%s) GROUP BY s.id"
        " HAVING count(c.id) > s.capacity OR s.cancelled_at IS NOT NULL",
        [list(SEATED)],
    )


def miscounted() -> list[str]:
    return _rows(
        "SELECT s.id, s.taken, count(c.id) FROM gigs_slot s LEFT JOIN gigs_claim c"
        " ON c.slot_id = s.id AND c.state = ANY(%s) GROUP BY s.id HAVING count(c.id) <> s.taken",
        [list(SEATED)],
    )


def overlapping() -> list[str]:
    return _rows(
        "SELECT a.id, b.id FROM gigs_claim a JOIN gigs_slot s ON s.id = a.slot_id"
        " JOIN gigs_claim b ON b.agent_id = a.agent_id AND b.id > a.id"
        " JOIN gigs_slot t ON t.id = b.slot_id"
        " WHERE a.state = ANY(%s) AND b.state = ANY(%s)"
        " AND s.starts_at < t.ends_at AND t.starts_at < s.ends_at",
        [list(HOLDING), list(HOLDING)],
    )


def lost(sent: Iterable[Any]) -> list[str]:
    """What was answered with 2xx and has left no row."""
    done = [each for each in sent if each.is_done]
    claimed = {
        (str(claim), str(user)) for claim, user in ClaimEvent.objects.filter(was="")
        .values_list("subject", "by")
    }  # fmt: skip
    moved: Counter[tuple[str, str, str]] = Counter(
        (str(claim), became, str(user)) for claim, became, user in ClaimEvent.objects
        .exclude(was="").values_list("subject", "became", "by")
    )  # fmt: skip
    waited = {str(pk) for pk in WaitlistEntry.objects.values_list("pk", flat=True)}
    left = {
        (str(entry), str(user)) for entry, user in WaitlistEvent.objects.filter(became="LEFT")
        .values_list("subject", "by")
    }  # fmt: skip
    states = {"release": "RELEASED", "offer": "SWAP_OFFERED", "withdraw": "HELD"}
    told: Counter[tuple[str, str, str]] = Counter()
    found = []
    for each in done:
        if each.kind == "claim":
            is_there = (each.body["id"], each.who) in claimed
        elif each.kind == "join":
            is_there = each.body["id"] in waited
        elif each.kind == "leave":
            is_there = (each.about, each.who) in left
        elif each.kind in states:
            told[each.about, states[each.kind], each.who] += 1
            continue
        else:
            continue
        if not is_there:
            found.append(f"{each.kind} of {each.about} by {each.who}")
    found += [f"{key}: {count}" for key, count in told.items() if moved[key] < count]
    return found + _lost_seats(sent)


def _lost_seats(sent: Iterable[Any]) -> list[str]:
    """Seats of a slot that are not those of its last change; one client changes each slot."""
    found, changes = [], defaultdict(list)
    for each in sent:
        if each.kind.startswith("seats"):
            changes[each.about].append(each)
    actions = ("slot.seats_changed", "slot.cancelled")
    audited = Counter(AuditEvent.objects.filter(action__in=actions).values_list("on_id", flat=True))
    slots = {str(slot.pk): slot for slot in Slot.objects.all()}
    for pk, mine in changes.items():
        may_be: set[int] = {4}
        for each in mine:
            seats = int(each.kind.split()[1])
            if each.is_done:
                may_be = {seats}
            elif each.answered is None or each.status >= 500:
                may_be.add(seats)
        slot = slots[pk]
        if (0 if slot.cancelled_at else slot.capacity) not in may_be:
            found.append(f"slot {pk} has {slot.capacity} seats, not one of {may_be}")
        if audited[pk] < sum(each.is_done for each in mine):
            found.append(f"slot {pk}: {audited[pk]} changes in the audit log")
    return found


def half_done() -> list[str]:
    """Rows that a change leaves together, of which one is missing."""
    found = []
    last: dict[Any, str] = {}
    for claim, was, became in ClaimEvent.objects.order_by("pk").values_list(
        "subject", "was", "became"
    ):
        if last.get(claim, "") != was:
            found.append(f"claim {claim} went from {was} to {became} after {last.get(claim)}")
        last[claim] = became
    for claim in Claim.objects.all():
        if last.get(claim.pk) != claim.state:
            found.append(f"claim {claim.pk} is {claim.state}, its last event {last.get(claim.pk)}")
        has_gone = claim.state in (Claim.State.RELEASED, Claim.State.CANCELLED)
        if (claim.released_at is not None) != has_gone:
            found.append(f"claim {claim.pk} is {claim.state}, released at {claim.released_at}")
    waits = dict(WaitlistEvent.objects.order_by("pk").values_list("subject", "became"))
    found += [
        f"entry {entry.pk} is {entry.state}, its last event {waits.get(entry.pk)}"
        for entry in WaitlistEntry.objects.all()
        if waits.get(entry.pk) != entry.state
    ]
    taken = Counter(
        ClaimEvent.objects.filter(was="", why=FROM_WAITLIST).values_list(
            "subject__slot", "subject__agent"
        )
    )
    seated = Counter(WaitlistEntry.objects.filter(state="SEATED").values_list("slot", "agent"))
    found += [f"seats and waitlist differ: {key}" for key in (taken - seated) + (seated - taken)]
    events = AuditEvent.objects.filter(action__in=("slot.seats_changed", "slot.cancelled"))
    told = sum(new["cancelled"] for new in events.values_list("new", flat=True))
    cancelled = Claim.objects.filter(state=Claim.State.CANCELLED).count()
    return found + [f"{cancelled} claims cancelled, {told} recorded"] * (cancelled != told)


def passed_over(sent: Iterable[Any]) -> list[str]:
    """Who got a seat although somebody waited whose place was confirmed before they asked.

    From the clients' side: one's request was sent after the other's had been answered. Who made
    way when it was their turn has left the waitlist before the seat was given.
    """
    joined = {each.body["id"]: each for each in sent if each.kind == "join" and each.is_done}
    ends = {
        str(entry): (pk, at)
        for pk, entry, became, at in WaitlistEvent.objects.values_list(
            "pk", "subject", "became", "at"
        )
        if became != "WAITING"
    }
    seated = {str(pk) for pk in WaitlistEntry.objects.filter(state="SEATED")
              .values_list("pk", flat=True)}  # fmt: skip
    by_slot = defaultdict(list)
    for pk, each in joined.items():
        by_slot[each.about].append((pk, each))
    found = []
    for entries in by_slot.values():
        for pk, each in entries:
            for other, earlier in entries:
                if pk not in seated or earlier.answered >= each.at:
                    continue
                if other not in ends or ends[other][0] > ends[pk][0]:
                    found.append(f"{pk} was seated past {other} of slot {each.about}")
    for claim in (each for each in sent if each.kind == "claim" and each.is_done):
        for other, earlier in by_slot[claim.about]:
            waited_on = other not in ends or ends[other][1] > claim.answered
            if earlier.answered < claim.at and waited_on:
                found.append(f"claim {claim.body['id']} was made past {other}")
    return found


def unfilled() -> list[str]:
    return _rows(
        "SELECT s.id, s.taken, s.capacity, count(w.id) FROM gigs_slot s"
        " JOIN gigs_waitlistentry w ON w.slot_id = s.id AND w.state = 'WAITING'"
        " WHERE s.taken < s.capacity GROUP BY s.id",
        [],
    )


def receipt_faults(openings: Iterable[Any]) -> list[str]:
    """Of all rows, and of each agent's file, which is checked as the agent would."""
    found = receipts.findings()
    for opening in openings:
        for place in opening.places.select_related("agent__user", "opening"):
            found += receipt_check.check_file(receipt_check.canonical(receipts.receipt_of(place)))
    return found


def money_faults() -> list[str]:
    return [str(row) for row in invariants.check_money()]


def deadlocks() -> list[str]:
    """Transactions that PostgreSQL ended because they waited for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return ["a deadlock"] * cursor.fetchone()[0]


def _rows(sql: str, values: list[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [" ".join(map(str, row)) for row in cursor.fetchall()]
