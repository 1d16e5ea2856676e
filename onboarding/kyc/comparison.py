"""What a profile and two cards say about each other: findings for a reviewer.

What could not be read is for a person to look at. Even what disagrees is only marked: cards are
misread, names change, and people move. Findings decide nothing, unless all of them agree about
two cards that their issuers have signed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from onboarding.names.matching import MatchOutcome, compare_names

AADHAAR, BACK, PAN = "AADHAAR_FRONT", "AADHAAR_BACK", "PAN"
CARDS = {AADHAAR: "the Aadhaar", PAN: "the PAN card"}
PASS, LOOK, FAIL = "PASS", "LOOK", "FAIL"
#: What has to be found, and to agree, before no person needs to look: by kind and document. A
#: picture has no finding about its source, so that it never passes by itself.
NEEDED = {("SOURCE", AADHAAR), ("SOURCE", PAN), ("PAN_ACTIVE", PAN), ("FACE", AADHAAR)}
_VERDICTS = {MatchOutcome.AGREE: PASS, MatchOutcome.LOOK: LOOK, MatchOutcome.DISAGREE: FAIL}


@dataclass(frozen=True)
class ComparisonResult:
    """One comparison: its kind, what came of it, and on which kind of document."""

    kind: str
    verdict: str
    words: str
    similarity: int | None = None
    on: str = ""


@dataclass(frozen=True)
class CardData:
    """What was read on one card, of which nothing is sure; or what its issuer has signed."""

    name: str | None = None
    birth_on: str | None = None
    pin: str | None = None
    lines: tuple[str, ...] = ()
    signed_by_way_of: str = ""
    is_in_force: bool | None = None
    #: Whether the phone of the Aadhaar is the agent's; asked only where it can be known.
    phone_fits: bool | None = None
    asks_phone: bool = False


@dataclass(frozen=True)
class ProfileData:
    """What the profile says, and what the numbers say of other accounts."""

    name: str
    birth_on: date | None
    pins: frozenset[str]
    surname_letter_fits: bool | None = None
    pan_elsewhere: bool = False
    person_elsewhere: bool = False
    cards: dict[str, CardData] = field(default_factory=dict)


def findings(told: ProfileData) -> Iterator[ComparisonResult]:
    """Every comparison that needs no picture."""
    for kind in CARDS:
        card = told.cards.get(kind, CardData())
        yield _name(told, card, kind)
        yield _birth_date(told, card, kind)
        yield from _signed(card, kind)
    yield _names(told)
    yield _pin(told)
    yield _surname(told)
    yield _elsewhere("PAN_ELSEWHERE", told.pan_elsewhere, "this PAN", PAN)
    yield _elsewhere("PERSON_ELSEWHERE", told.person_elsewhere, "this name, birth date and Aadhaar")


def _name(told: ProfileData, card: CardData, kind: str) -> ComparisonResult:
    """The name that was read, or the line that is most like the profile's."""
    candidates = [card.name] if card.name else list(card.lines)
    matches = [compare_names(told.name, each) for each in candidates]
    best = max(
        matches, key=lambda match: (match.band is MatchOutcome.AGREE, match.score), default=None
    )
    if best is None or (card.name is None and best.band is not MatchOutcome.AGREE):
        return ComparisonResult("NAME", LOOK, f"No name was read on {CARDS[kind]}.", on=kind)
    words = f"The name on {CARDS[kind]} {best.band.words}."
    return ComparisonResult("NAME", _VERDICTS[best.band], words, best.score, kind)


def _names(told: ProfileData) -> ComparisonResult:
    one, other = (told.cards.get(kind, CardData()).name for kind in CARDS)
    if not (one and other):
        return ComparisonResult("NAMES", LOOK, "One of the two names could not be read.")
    match = compare_names(one, other)
    words = f"The name on one card {match.band.words} the name on the other."
    return ComparisonResult("NAMES", _VERDICTS[match.band], words, match.score)


def _birth_date(told: ProfileData, card: CardData, kind: str) -> ComparisonResult:
    if card.birth_on is None or told.birth_on is None:
        word = "stands" if card.signed_by_way_of else "was read"
        return ComparisonResult("BIRTH_DATE", LOOK, f"No date {word} on {CARDS[kind]}.", on=kind)
    if card.birth_on == told.birth_on.isoformat():
        return ComparisonResult(
            "BIRTH_DATE", PASS, f"The date on {CARDS[kind]} matches.", 100, kind
        )
    word = "is" if card.signed_by_way_of else "was read as"
    day = f"{date.fromisoformat(card.birth_on):%d %b %Y}"
    return ComparisonResult("BIRTH_DATE", FAIL, f"The date on {CARDS[kind]} {word} {day}.", 0, kind)


def _signed(card: CardData, kind: str) -> Iterator[ComparisonResult]:
    """What only a card can say that its issuer has signed."""
    if not card.signed_by_way_of:
        return
    words = f"Signed by its issuer, by way of {card.signed_by_way_of}. The signature is verified."
    yield ComparisonResult("SOURCE", PASS, words, on=kind)
    if kind == PAN:
        words = f"The PAN is {'' if card.is_in_force else 'not '}in force."
        yield ComparisonResult("PAN_ACTIVE", PASS if card.is_in_force else FAIL, words, on=kind)
    if card.asks_phone:
        yield _phone(card, kind)


def _phone(card: CardData, kind: str) -> ComparisonResult:
    if card.phone_fits:
        return ComparisonResult(
            "PHONE", PASS, "The Aadhaar is linked to this account's phone.", on=kind
        )
    word = "has no linked phone" if card.phone_fits is None else "is linked to a different phone"
    return ComparisonResult(
        "PHONE", LOOK, f"The Aadhaar {word}. It may be someone else's file.", on=kind
    )


def _pin(told: ProfileData) -> ComparisonResult:
    """An address stands on the back of a card, and in all of a signed one."""
    front = told.cards.get(AADHAAR, CardData())
    on = AADHAAR if front.signed_by_way_of else BACK
    pin = told.cards.get(on, CardData()).pin
    if pin is None:
        word = "stands" if on == AADHAAR else "was read"
        return ComparisonResult("PIN", LOOK, f"No PIN code {word} on the Aadhaar.", on=on)
    if pin in told.pins:
        return ComparisonResult("PIN", PASS, "The PIN code matches the profile.", 100, on)
    return ComparisonResult(
        "PIN",
        LOOK,
        f"The Aadhaar says PIN code {pin}, which is not on the profile. The agent may have moved.",
        0,
        on,
    )


def _surname(told: ProfileData) -> ComparisonResult:
    if told.surname_letter_fits:
        return ComparisonResult(
            "PAN_SURNAME", PASS, "The fifth letter of the PAN matches the surname.", on=PAN
        )
    words = (
        "The fifth letter of the PAN is not the surname's first letter. "
        "The PAN may be from before marriage."
    )
    return ComparisonResult("PAN_SURNAME", LOOK, words, on=PAN)


def _elsewhere(kind: str, found: bool, what: str, on: str = "") -> ComparisonResult:
    if found:
        return ComparisonResult(kind, FAIL, f"Another account has {what}.", on=on)
    return ComparisonResult(kind, PASS, f"No other account has {what}.", on=on)
