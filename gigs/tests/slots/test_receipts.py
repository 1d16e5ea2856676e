"""Receipts of openings: complete, recomputable by a stranger, and any change is seen."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from conftest import NOON
from gigs.cancellations.services import change_seats
from gigs.models import Opening, OpeningPlace, Opportunity, ReceiptEntry, ReceiptSeal, Slot
from gigs.slots import claims, receipt_check, receipts, waitlist
from gigs.tests.slots.test_openings import desk, open_slots, places, slots  # noqa: F401
from gigs.tests.support.marketplace import DAY, HOUR, cleared, hire, owner_of, seat
from hitouch.core.models import OperationsAlarm

DOCS = Path(__file__).parents[3] / "docs" / "receipts.md"


@pytest.fixture
def place(slots: list[Slot]) -> OpeningPlace:  # noqa: F811
    """The first agent's place in an opening with claims, a release, a swap and a waitlist."""
    Slot.objects.update(capacity=1)
    opening = open_slots([*Slot.objects.order_by("starts_at")])
    first, second, third, fourth = (each.agent for each in places(opening))
    claim = seat(first, slots[0])
    seat(second, slots[1])
    seat(third, slots[2], at=NOON + DAY)
    waitlist.join(slot=slots[0], agent=third, at=NOON + DAY)
    waitlist.join(slot=slots[0], agent=fourth, at=NOON + DAY + HOUR)
    claims.release_claim(claim=claim, by=first.user, at=NOON + DAY + 2 * HOUR)
    Slot.objects.filter(pk=slots[1].pk).update(capacity=3)
    late = cleared("Latika")
    hire(late, opening.opportunity)
    swapped = claims.offer_swap(
        claim=slots[2].claims.get(), by=third.user, at=NOON + DAY + 3 * HOUR
    )
    seat(late, slots[2], at=NOON + DAY + 4 * HOUR)
    swapped.refresh_from_db()
    assert swapped.state == "RELEASED"
    return places(opening)[0]


def file_of(place: OpeningPlace) -> bytes:
    return receipt_check.canonical(receipts.receipt_of(place))


def kinds(slot: Slot) -> list[str]:
    return list(slot.receipt.order_by("number").values_list("kind", flat=True))


def test_a_receipt_has_every_move_in_order(place: Any, slots: Any):  # noqa: F811
    """Claims, seats from the waitlist, swaps, and more seats."""
    assert kinds(slots[0]) == [
        "OPENED", "SEATS", "CLAIMED", "WAITING", "WAITING", "RELEASED", "SEATED",
    ]  # fmt: skip
    assert kinds(slots[1]) == ["OPENED", "SEATS", "CLAIMED", "SEATS"]
    assert kinds(slots[2]) == ["OPENED", "SEATS", "CLAIMED", "OFFERED", "RELEASED", "CLAIMED"]


def test_the_receipt_is_in_order_for_every_agent(place: Any, tmp_path: Any, capsys: Any):
    """By the command and by the program in the documentation, which a stranger can run."""
    (program,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    for each in place.opening.places.all():
        file = tmp_path / "receipt.json"
        file.write_bytes(file_of(each))
        call_command("check_receipt", str(file))
        assert "unchanged" in capsys.readouterr().out
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True
    )
    assert "In order" in done.stdout, done.stderr
    assert receipts.findings() == []


def test_an_agent_knows_only_their_own_reference(place: Any):
    """No name and no id of anybody else is in the file."""
    text = file_of(place).decode()
    assert json.loads(text)["you"]["reference"] == place.reference
    for other in place.opening.places.exclude(pk=place.pk).select_related("agent"):
        assert other.reference in text
        for secret in (other.secret, str(other.agent_id), str(other.agent)):
            assert secret not in text


def test_any_changed_byte_is_seen(place: Any, tmp_path: Any):
    """At any place of the file, to any other byte."""
    data, drawn = file_of(place), random.Random(13)
    for at in drawn.sample(range(len(data)), 150):
        changed = bytearray(data)
        changed[at] ^= drawn.randrange(1, 256)
        assert receipt_check.check_file(bytes(changed)), at
    file = tmp_path / "receipt.json"
    file.write_bytes(data[:-2] + b"\n")
    with pytest.raises(CommandError):
        call_command("check_receipt", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_receipt", str(tmp_path / "missing"))


def _forged(receipt: Any, change: Any) -> list[str]:
    """What is found after a change by somebody who makes all digests anew."""
    receipt = json.loads(json.dumps(receipt))
    change(receipt)
    opening = receipt["opening"]
    opening["hash"] = receipt_check.digest(receipt_check._content(opening))
    for slot in receipt["slots"]:
        previous = ""
        for number, entry in enumerate(slot["entries"], start=1):
            if number == 1:
                entry["detail"] = opening["hash"]
            entry["number"], entry["previous_hash"] = number, previous
            content = [entry[key] for key in ("at", "kind", "reference", "detail")]
            entry["hash"] = receipt_check.digest([slot["id"], number, previous, *content])
            previous = entry["hash"]
    del receipt["checksum"]
    receipt["checksum"] = receipt_check.digest(receipt)
    return receipt_check.check_file(receipt_check.canonical(receipt))


def _early(receipt: Any) -> None:
    late = receipt["opening"]["order"][-1]["reference"]
    claims = [e for slot in receipt["slots"] for e in slot["entries"] if e["kind"] == "CLAIMED"]
    min(claims, key=lambda entry: entry["at"])["reference"] = late


def _swapped_order(receipt: Any) -> None:
    order = receipt["opening"]["order"]
    order[0]["reference"], order[-1]["reference"] = order[-1]["reference"], order[0]["reference"]


def _other_step(receipt: Any) -> None:
    receipt["opening"]["order"][-1]["step"] = 1


def _oversold(receipt: Any) -> None:
    entries = receipt["slots"][0]["entries"]
    claim = next(e for e in entries if e["kind"] in ("CLAIMED", "SEATED"))
    entries.extend(dict(claim, at="2027-11-30T00:00:00.000000Z") for _ in range(3))


def _out_of_turn(receipt: Any) -> None:
    for slot in receipt["slots"]:
        waits = [e for e in slot["entries"] if e["kind"] == "WAITING"]
        if waits:
            seated = next(e for e in slot["entries"] if e["kind"] == "SEATED")
            seated["reference"] = waits[-1]["reference"]


FORGED = [_early, _swapped_order, _other_step, _oversold, _out_of_turn]


@pytest.mark.parametrize("change", FORGED, ids=lambda f: f.__name__.strip("_"))
def test_an_unfair_receipt_is_seen_even_with_right_hashes(change: Any, place: Any):
    """The rule is checked, too, not only the chain."""
    receipt = receipts.receipt_of(place)
    assert _forged(receipt, lambda receipt: None) == []
    assert _forged(receipt, change)


TAMPERED: list[tuple[str, Any]] = [
    ("an entry", lambda: ReceiptEntry.objects.filter(kind="CLAIMED").update(reference="0" * 16)),
    ("its time", lambda: ReceiptEntry.objects.filter(kind="CLAIMED").update(at=NOON + DAY)),
    ("the last", lambda: ReceiptEntry.objects.filter(kind="SEATED").delete()),
    ("the order", lambda: OpeningPlace.objects.filter(rank=1).update(step=2)),
    ("the cap", lambda: Opening.objects.update(cap=9)),
]


@pytest.mark.parametrize("tamper", [t for _, t in TAMPERED], ids=[name for name, _ in TAMPERED])
def test_rows_changed_by_sql_raise_an_alarm(tamper: Any, place: Any):
    """The database refuses it, and the nightly check sees what was done without triggers."""
    assert receipts.check_receipts(at=NOON) == []
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        tamper()
    with pgtrigger.ignore():
        tamper()
    assert receipts.check_receipts(at=NOON)
    assert OperationsAlarm.objects.filter(name=receipts.ALARM).exists()


def test_a_chain_made_anew_is_seen_by_its_seal(place: Any, slots: Any):  # noqa: F811
    """Somebody with the database, but without the keys, changes a receipt from its start."""
    receipts.check_receipts(at=NOON)
    assert ReceiptSeal.objects.count() == 3
    previous = ""
    with pgtrigger.ignore():
        for entry in slots[0].receipt.order_by("number"):
            entry.at += HOUR
            entry.previous_hash = previous
            entry.hash = previous = receipts._digest_of(entry)
            entry.save()
    assert [text for text in receipts.findings() if "sealed" in text]


def test_why_says_where_the_seats_went(place: Any, slots: Any):  # noqa: F811
    """In plain words, with the agent's own place and without names."""
    opening: Any = place.opening
    last = places(opening)[3]
    told = receipts.why(slots[0], last, now=NOON + 2 * DAY)
    assert told[0] == "This shift had 1 seat when it was opened in 2 steps."
    assert told[1].startswith("You were in place 4 of 4, by lot")
    assert any("You joined the waitlist" in line for line in told)
    assert any("The agent in place 3 (step 2) got a seat from the waitlist" in t for t in told)
    assert (
        told[-1] == "All seats were taken by 23 November 2026, 12:00 pm, before your step opened."
    )
    assert not [line for line in told for each in places(opening) if str(each.agent) in line]


def test_a_cancelled_shift_is_in_the_receipt(place: Any, slots: Any):  # noqa: F811
    """Its seats end, and the answer says so."""
    owner = owner_of(place.opening.opportunity.client)
    facts: dict[str, Any] = {"why": "Closed.", "cost_paise": 0, "by": owner}
    change_seats(slot=slots[0], seats=0, at=NOON + DAY + 5 * HOUR, **facts)
    assert kinds(slots[0])[-3:] == ["CANCELLED", "SEATS", "LEFT"]
    assert receipt_check.check_file(file_of(place)) == []
    assert receipts.findings() == []
    slots[0].refresh_from_db()
    told = receipts.why(slots[0], places(place.opening)[3], now=NOON + 2 * DAY)
    assert told[-1].startswith("The client cancelled this shift")


def test_receipts_of_several_openings_stand_apart(slots: Any):  # noqa: F811
    """Each has references of its own."""
    one, two = open_slots(slots[:1]), open_slots(slots[1:])
    assert not {p.reference for p in places(one)} & {p.reference for p in places(two)}
    assert Opportunity.objects.get().openings.count() == 2
    assert receipts.findings() == []
