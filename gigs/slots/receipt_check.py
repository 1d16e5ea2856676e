"""The rules of openings, and the check of a receipt. Needs only Python.

A receipt is one JSON file. `docs/receipts.md` says what is in it, with a shorter program that
checks the same chain.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

FORMAT = "hitouch-receipt-1"
#: The version of the rule by which agents are ordered and steps are given.
RULE = 1
#: Requests to join a waitlist that cross within this time may be taken up in either order.
CROSSING = timedelta(seconds=10)
SEATING = ("CLAIMED", "SEATED")
FREEING = ("RELEASED", "EXCUSED", "CANCELLED")


def digest(content: object) -> str:
    """The SHA-256 of content as JSON: the same as `hash_chain.digest`."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def moment(at: datetime) -> str:
    """A time in UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def reference_of(opening: str, agent: str, secret: str) -> str:
    """What stands for an agent; who has the secret can work it out."""
    return digest([opening, agent, secret])[:16]


def order_of(stars: Sequence[tuple[str, str]], *, seed: str) -> list[str]:
    """The order of agents, given as (reference, stars); without enough ratings stars are "".

    The more stars the earlier; a lot decides between equal ones. New agents are spread evenly over
    the whole order, also by lot, so that each step has the same share of them as the whole.
    """

    def lot(reference: str) -> str:
        return digest([seed, reference])

    rated = sorted(
        (pair for pair in stars if pair[1]), key=lambda pair: (-float(pair[1]), lot(pair[0]))
    )
    new = sorted((reference for reference, found in stars if not found), key=lot)
    spots = {(2 * number + 1) * len(stars) // (2 * len(new)): reference
             for number, reference in enumerate(new)}  # fmt: skip
    others = iter(reference for reference, _ in rated)
    return [spots[spot] if spot in spots else next(others) for spot in range(len(stars))]


def step_of(rank: int, *, agents: int, steps: int) -> int:
    """The step of a rank: the first of three steps has the first third, rounded up, and so on."""
    return next(step for step in range(1, steps + 1) if rank <= -(-step * agents // steps))


def canonical(receipt: dict[str, Any]) -> bytes:
    """The bytes of a receipt's file."""
    return (json.dumps(receipt, sort_keys=True, indent=1) + "\n").encode()


def check_file(data: bytes) -> list[str]:
    """What is wrong with a receipt, one sentence each; nothing when it is intact and was kept."""
    try:
        receipt = json.loads(data.decode("ascii"))
        if canonical(receipt) != data:
            return ["The file is not in the form in which receipts are written."]
        return list(_check(receipt))
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return ["The file is no receipt, or a part of it is missing."]


def _check(receipt: dict[str, Any]) -> Iterator[str]:
    opening, mine = receipt["opening"], receipt["you"]
    if receipt["format"] != FORMAT or opening["rule"] != RULE:
        yield "This is a receipt of another version."
    covered = {key: receipt[key] for key in receipt if key != "checksum"}
    if digest(covered) != receipt["checksum"]:
        yield "The checksum of the file is wrong."
    if digest(_content(opening)) != opening["hash"]:
        yield "The opening was changed: its rule, times, order of agents or shifts."
    if reference_of(opening["id"], mine["agent"], mine["secret"]) != mine["reference"]:
        yield "Your reference is not the one of your secret."
    yield from _check_order(opening)
    for slot in receipt["slots"]:
        yield from _check_slot(opening, slot)
    if [slot["id"] for slot in receipt["slots"]] != [slot["id"] for slot in opening["slots"]]:
        yield "A shift of the opening is missing, or one was put in."
    yield from _check_cap(receipt)


def _content(opening: dict[str, Any]) -> list[Any]:
    return [
        opening["id"],
        opening["rule"],
        opening["seed"],
        opening["opened_at"],
        opening["step_times"][0],
        opening["step_times"][-1],
        len(opening["step_times"]),
        opening["cap"],
        [[place["reference"], place["stars"], place["step"]] for place in opening["order"]],
        [[slot[key] for key in ("id", "starts_at", "ends_at", "seats")]
         for slot in opening["slots"]],
    ]  # fmt: skip


def _check_order(opening: dict[str, Any]) -> Iterator[str]:
    order, times = opening["order"], opening["step_times"]
    stars = sorted((place["reference"], place["stars"]) for place in order)
    if order_of(stars, seed=opening["seed"]) != [place["reference"] for place in order]:
        yield "The agents are not in the order that the rule gives."
    for rank, place in enumerate(order, start=1):
        if place["step"] != step_of(rank, agents=len(order), steps=len(times)):
            yield f"Place {rank} has another step than the rule gives."
    moments = [_moment(time) for time in times]
    gaps = {later - earlier for earlier, later in pairwise(moments)}
    if len(gaps) != 1:
        yield "The steps are not equally far apart."


def _check_slot(opening: dict[str, Any], slot: dict[str, Any]) -> Iterator[str]:
    """The chain of one slot, and that nobody was early, too many or out of turn."""
    if not slot["entries"]:
        yield "A shift has no entries."
    yield from _check_chain(opening, slot)
    yield from _check_seats(opening, slot)
    yield from _check_turns(slot["entries"])


def _check_chain(opening: dict[str, Any], slot: dict[str, Any]) -> Iterator[str]:
    previous = ""
    for number, entry in enumerate(slot["entries"], start=1):
        facts = [entry[name] for name in ("at", "kind", "reference", "detail")]
        if entry["number"] != number or entry["previous_hash"] != previous:
            yield f"Entry {number} does not follow the one before it."
        if entry["hash"] != digest([slot["id"], number, previous, *facts]):
            yield f"Entry {number} was changed."
        if number == 1 and (entry["kind"], entry["detail"]) != ("OPENED", opening["hash"]):
            yield "The first entry does not name the opening."
        previous = entry["hash"]


def _check_seats(opening: dict[str, Any], slot: dict[str, Any]) -> Iterator[str]:
    times = opening["step_times"]
    steps = {place["reference"]: place["step"] for place in opening["order"]}
    seats = {each["id"]: each["seats"] for each in opening["slots"]}[slot["id"]]
    taken = 0
    for number, entry in enumerate(slot["entries"], start=1):
        if entry["kind"] in SEATING:
            taken += 1
            if entry["at"] < times[steps.get(entry["reference"], len(times)) - 1]:
                yield f"Entry {number} is before the step of its agent."
        elif entry["kind"] in FREEING:
            taken -= 1
        elif entry["kind"] == "SEATS":
            seats = int(entry["detail"])
        if not 0 <= taken <= seats:
            yield f"After entry {number} there are more agents than seats."


def _check_turns(entries: list[dict[str, Any]]) -> Iterator[str]:
    waiting: dict[str, str] = {}
    for entry in entries:
        kind, reference, at = entry["kind"], entry["reference"], entry["at"]
        if kind == "SEATED" and _passes_over(waiting, reference, at):
            yield f"Entry {entry['number']} passes over an agent who waited longer."
        if kind == "WAITING":
            waiting[reference] = at
        elif kind in ("LEFT", "EXPIRED", "SEATED"):
            waiting.pop(reference, None)


def _passes_over(waiting: dict[str, str], reference: str, at: str) -> bool:
    """Whether somebody who waits joined clearly before the one who gets the seat."""
    since = _moment(waiting.get(reference, at))
    return any(_moment(other) + CROSSING < since for other in waiting.values())


def _check_cap(receipt: dict[str, Any]) -> Iterator[str]:
    """Nobody held more seats than the early cap when the slots were opened to all."""
    opening = receipt["opening"]
    held: dict[str, int] = {}
    for slot in receipt["slots"]:
        for entry in slot["entries"]:
            if entry["at"] < opening["step_times"][-1]:
                change = (entry["kind"] in SEATING) - (entry["kind"] in FREEING)
                held[entry["reference"]] = held.get(entry["reference"], 0) + change
    if any(count > opening["cap"] for count in held.values()):
        yield "An agent held more shifts than the limit before they were open to all."


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
