"""What a profile and two cards say about each other: findings for a reviewer, never a decision.

What could not be read is for a person to look at. Even what disagrees is only marked: cards are
misread, names change, and people move.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from onboarding.name_matching import Band, compare

AADHAAR, BACK, PAN = "AADHAAR_FRONT", "AADHAAR_BACK", "PAN"
CARDS = {AADHAAR: "the Aadhaar", PAN: "the PAN card"}
PASS, LOOK, FAIL = "PASS", "LOOK", "FAIL"
_VERDICTS = {Band.AGREE: PASS, Band.LOOK: LOOK, Band.DISAGREE: FAIL}


@dataclass(frozen=True)
class Finding:
    """One comparison: its kind, what came of it, and on which kind of document."""

    kind: str
    verdict: str
    words: str
    similarity: int | None = None
    on: str = ""


@dataclass(frozen=True)
class Read:
    """What was read on one card; nothing of it is sure."""

    name: str | None = None
    birth_on: str | None = None
    pin: str | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What the profile says, and what the numbers say of other accounts."""

    name: str
    birth_on: date | None
    pins: frozenset[str]
    surname_letter_fits: bool | None = None
    pan_elsewhere: bool = False
    person_elsewhere: bool = False
    cards: dict[str, Read] = field(default_factory=dict)


def findings(told: Told) -> Iterator[Finding]:
    """Every comparison that needs no picture."""
    for kind in CARDS:
        card = told.cards.get(kind, Read())
        yield _name(told, card, kind)
        yield _birth_date(told, card, kind)
    yield _names(told)
    yield _pin(told)
    yield _surname(told)
    yield _elsewhere("PAN_ELSEWHERE", told.pan_elsewhere, "this PAN", PAN)
    yield _elsewhere("PERSON_ELSEWHERE", told.person_elsewhere, "this name, birth date and Aadhaar")


def _name(told: Told, card: Read, kind: str) -> Finding:
    """The name that was read, or the line that is most like the profile's."""
    candidates = [card.name] if card.name else list(card.lines)
    matches = [compare(told.name, each) for each in candidates]
    best = max(matches, key=lambda match: (match.band is Band.AGREE, match.score), default=None)
    if best is None or (card.name is None and best.band is not Band.AGREE):
        return Finding("NAME", LOOK, f"No name was read on {CARDS[kind]}.", on=kind)
    words = f"The name on {CARDS[kind]} {best.band.words}."
    return Finding("NAME", _VERDICTS[best.band], words, best.score, kind)


def _names(told: Told) -> Finding:
    one, other = (told.cards.get(kind, Read()).name for kind in CARDS)
    if not (one and other):
        return Finding("NAMES", LOOK, "One of the two names was not read.")
    match = compare(one, other)
    words = f"The name on one card {match.band.words} with the other."
    return Finding("NAMES", _VERDICTS[match.band], words, match.score)


def _birth_date(told: Told, card: Read, kind: str) -> Finding:
    if card.birth_on is None or told.birth_on is None:
        return Finding("BIRTH_DATE", LOOK, f"No date was read on {CARDS[kind]}.", on=kind)
    if card.birth_on == told.birth_on.isoformat():
        return Finding("BIRTH_DATE", PASS, f"The date on {CARDS[kind]} agrees.", 100, kind)
    words = f"The date on {CARDS[kind]} was read as {date.fromisoformat(card.birth_on):%d %b %Y}."
    return Finding("BIRTH_DATE", FAIL, words, 0, kind)


def _pin(told: Told) -> Finding:
    pin = told.cards.get(BACK, Read()).pin
    if pin is None:
        return Finding("PIN", LOOK, "No PIN code was read on the Aadhaar.", on=BACK)
    if pin in told.pins:
        return Finding("PIN", PASS, "The PIN code is one of the profile's.", 100, BACK)
    return Finding("PIN", LOOK, f"The Aadhaar says PIN code {pin}; people move.", 0, BACK)


def _surname(told: Told) -> Finding:
    if told.surname_letter_fits:
        return Finding("PAN_SURNAME", PASS, "The fifth letter is the surname's first.", on=PAN)
    words = "The fifth letter is not the surname's first; it may be from before a marriage."
    return Finding("PAN_SURNAME", LOOK, words, on=PAN)


def _elsewhere(kind: str, found: bool, what: str, on: str = "") -> Finding:
    if found:
        return Finding(kind, FAIL, f"Another account has {what}.", on=on)
    return Finding(kind, PASS, f"No other account has {what}.", on=on)
