"""Receipts of openings: 1,000 changed bytes of a file, and rows changed by SQL without triggers.

`bench/gigs_receipts.py 300` changes so many bytes.
"""

import importlib
import random
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from _harness import report
from _own_database import own_database

BYTES, AGENTS, SLOTS = 1000, 12, 6
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def busy_opening() -> Any:
    """The first agent's place in an opening with claims, releases and waitlists."""
    market = importlib.import_module("gigs.tests.support.marketplace")
    openings = importlib.import_module("gigs.slots.openings")
    waitlist = importlib.import_module("gigs.slots.waitlist")
    claims = importlib.import_module("gigs.slots.claims")
    queries = importlib.import_module("onboarding.steps.queries")
    cefr = importlib.import_module("hitouch.core.cefr")
    start = importlib.import_module("conftest").NOON
    clearance = queries.Clearance(cefr.CEFR.B2, start)
    queries.clearance_of = lambda agent: clearance

    client = market.make_client("Orchid Retail")
    market.make_member("Olga", client)
    offer = market.make_opportunity(client, headcount=AGENTS)
    for number in range(AGENTS):
        market.hire(market.cleared(f"Agent{number:02}"), offer)
    slots = [market.make_slot(offer, (5 + day) * DAY) for day in range(SLOTS)]
    opening = openings.open_in_steps(
        opportunity=offer,
        slots=[slot.pk for slot in slots],
        steps=openings.Steps(start, hours_between=24, steps=3, cap=3),
        by=market.owner_of(client),
        now=start,
    )
    drawn = random.Random(13)
    places = list(opening.places.select_related("agent__user").order_by("rank"))
    refusal = importlib.import_module("hitouch.core.errors").Refusal
    for step in range(200):
        at = start + step * timedelta(minutes=20)
        agent, slot = drawn.choice(places).agent, drawn.choice(slots)
        claim = slot.claims.filter(agent=agent, state="HELD").first()
        try:
            if claim is not None:
                claims.release_claim(claim=claim, by=agent.user, at=at)
            elif drawn.random() < 0.6:
                claims.claim_slot(slot=slot, agent=agent, now=at)
            else:
                waitlist.join(slot=slot, agent=agent, at=at)
        except refusal:
            pass
    return places[0]


def unseen_bytes(data: bytes, number: int, check: Callable[[bytes], list[str]]) -> int:
    """How many of so many changes of one byte are not seen."""
    drawn = random.Random(7)
    unseen = 0
    for _ in range(number):
        changed = bytearray(data)
        changed[drawn.randrange(len(data))] ^= drawn.randrange(1, 256)
        unseen += not check(bytes(changed))
    return unseen


def unseen_rows(findings: Callable[[], list[str]]) -> int:
    """How many changes of rows, each undone before the next, the nightly check does not see."""
    models = importlib.import_module("gigs.models")
    transaction = importlib.import_module("django.db").transaction
    ignore = importlib.import_module("pgtrigger").ignore
    entries = list(models.ReceiptEntry.objects.values_list("pk", flat=True))
    values = (("reference", "f" * 16), ("detail", "9"), ("kind", "OTHER"))
    changes = [(pk, {name: value}) for pk in entries for name, value in values]
    unseen = 0
    for pk, change in random.Random(3).sample(changes, min(len(changes), 60)):
        with ignore(), transaction.atomic():
            models.ReceiptEntry.objects.filter(pk=pk).update(**change)
            unseen += not findings()
            transaction.set_rollback(True)
    return unseen


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else BYTES
    sys.path.insert(0, ".")
    with own_database():
        receipts = importlib.import_module("gigs.slots.receipts")
        checker = importlib.import_module("gigs.slots.receipt_check")
        place = busy_opening()
        file = checker.canonical(receipts.receipt_of(place))
        entries = sum(slot.receipt.count() for slot in place.opening.slots.all())
        print(f"{entries} entries, a file of {len(file)} bytes")
        receipts.check_receipts(at=place.opening.opened_at)
        figures: dict[str, tuple[float, float]] = {
            "receipts: faults in an untouched one": (len(checker.check_file(file)), 0),
            "receipts: faults in untouched rows": (len(receipts.findings()), 0),
            f"receipts: unseen of {number} bytes": (
                unseen_bytes(file, number, checker.check_file),
                0,
            ),
            "receipts: unseen changes of rows": (unseen_rows(receipts.findings), 0),
        }
    report(figures)
