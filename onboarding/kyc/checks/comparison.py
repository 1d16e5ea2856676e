"""Rules that compare a profile with two cards (Aadhaar and PAN): results for a reviewer. Pure.

What could not be read needs a reviewer (LOOK). Mismatches (FAIL) are hints as well: OCR misreads,
names change and people move. Results decide nothing, unless all pass for two signed documents.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from onboarding.names.matching import MatchOutcome, compare_names

AADHAAR, BACK, PAN = "AADHAAR_FRONT", "AADHAAR_BACK", "PAN"
CARDS = {AADHAAR: "the Aadhaar", PAN: "the PAN card"}
PASS, LOOK, FAIL = "PASS", "LOOK", "FAIL"
#: Results (kind, document) that must exist for automatic approval. Only a signed document has a
#: SOURCE result, so a photo never passes automatically.
NEEDED = {("SOURCE", AADHAAR), ("SOURCE", PAN), ("PAN_ACTIVE", PAN), ("FACE", AADHAAR)}
_VERDICTS = {MatchOutcome.AGREE: PASS, MatchOutcome.LOOK: LOOK, MatchOutcome.DISAGREE: FAIL}


@dataclass(frozen=True)
class ComparisonResult:
    """Result of one comparison: its kind, its verdict, and on which kind of document."""

    kind: str
    verdict: str
    words: str
    similarity: int | None = None
    on: str = ""


@dataclass(frozen=True)
class CardData:
    """What OCR read on one card (uncertain), or what its issuer signed."""

    name: str | None = None
    birth_on: str | None = None
    #: What a signed document says about the birth date in place of a whole one.
    birth_year: int | None = None
    birth_text: str = ""
    pin: str | None = None
    lines: tuple[str, ...] = ()
    signed_by_way_of: str = ""
    is_in_force: bool | None = None
    #: Whether the Aadhaar's phone is the agent's. None when it names no phone.
    phone_fits: bool | None = None
    checks_phone: bool = False


@dataclass(frozen=True)
class ProfileData:
    """What the profile says, and whether other accounts have the same numbers."""

    name: str
    birth_on: date | None
    pins: frozenset[str]
    surname_letter_fits: bool | None = None
    pan_elsewhere: bool = False
    person_elsewhere: bool = False
    #: False when a signed Aadhaar shows no last four digits, by which accounts are searched.
    has_last_four: bool = True
    cards: dict[str, CardData] = field(default_factory=dict)


def findings(profile: ProfileData) -> Iterator[ComparisonResult]:
    """All comparisons that need no photo."""
    for kind in CARDS:
        card = profile.cards.get(kind, CardData())
        yield _compare_name(profile, card, kind)
        yield _compare_birth_date(profile, card, kind)
        yield from _check_signature(card, kind)
    yield _compare_card_names(profile)
    yield _compare_pin(profile)
    yield _check_surname(profile)
    yield _check_elsewhere("PAN_ELSEWHERE", profile.pan_elsewhere, "this PAN", PAN)
    yield _check_person_elsewhere(profile)


def _compare_name(profile: ProfileData, card: CardData, kind: str) -> ComparisonResult:
    """Compare the name that was read, or else the line most like the profile's name."""
    candidates = [card.name] if card.name else list(card.lines)
    matches = [compare_names(profile.name, each) for each in candidates]
    best = max(
        matches, key=lambda match: (match.band is MatchOutcome.AGREE, match.score), default=None
    )
    if best is None or (card.name is None and best.band is not MatchOutcome.AGREE):
        return ComparisonResult("NAME", LOOK, f"No name was read on {CARDS[kind]}.", on=kind)
    words = f"The name on {CARDS[kind]} {best.words}."
    return ComparisonResult("NAME", _VERDICTS[best.band], words, best.score, kind)


def _compare_card_names(profile: ProfileData) -> ComparisonResult:
    one, other = (profile.cards.get(kind, CardData()).name for kind in CARDS)
    if not (one and other):
        return ComparisonResult("NAMES", LOOK, "One of the two names could not be read.")
    match = compare_names(one, other)
    words = f"The name on one card {match.words} the name on the other."
    return ComparisonResult("NAMES", _VERDICTS[match.band], words, match.score)


def _compare_birth_date(profile: ProfileData, card: CardData, kind: str) -> ComparisonResult:
    if card.birth_on is None and profile.birth_on and (card.birth_year or card.birth_text):
        return _compare_birth_year(profile.birth_on, card, kind)
    if card.birth_on is None or profile.birth_on is None:
        word = "stands" if card.signed_by_way_of else "was read"
        return ComparisonResult("BIRTH_DATE", LOOK, f"No date {word} on {CARDS[kind]}.", on=kind)
    if card.birth_on == profile.birth_on.isoformat():
        return ComparisonResult(
            "BIRTH_DATE", PASS, f"The date on {CARDS[kind]} matches.", 100, kind
        )
    word = "is" if card.signed_by_way_of else "was read as"
    day = f"{date.fromisoformat(card.birth_on):%d %b %Y}"
    return ComparisonResult("BIRTH_DATE", FAIL, f"The date on {CARDS[kind]} {word} {day}.", 0, kind)


def _compare_birth_year(birth_on: date, card: CardData, kind: str) -> ComparisonResult:
    """A signed document without a whole date is for a person, unless its year is another."""
    if card.birth_year is None:
        words = f"The date on {CARDS[kind]} is written as “{card.birth_text}”."
        return ComparisonResult("BIRTH_DATE", LOOK, words, on=kind)
    if card.birth_year != birth_on.year:
        words = f"The year of birth on {CARDS[kind]} is {card.birth_year}."
        return ComparisonResult("BIRTH_DATE", FAIL, words, 0, kind)
    words = f"Only the year of birth, {card.birth_year}, is on {CARDS[kind]}. It matches."
    return ComparisonResult("BIRTH_DATE", LOOK, words, on=kind)


def _check_signature(card: CardData, kind: str) -> Iterator[ComparisonResult]:
    """Results that only a signed document has."""
    if not card.signed_by_way_of:
        return
    words = f"Signed by its issuer, by way of {card.signed_by_way_of}. The signature is verified."
    yield ComparisonResult("SOURCE", PASS, words, on=kind)
    if kind == PAN:
        yield _check_pan_status(card, kind)
    if card.checks_phone:
        yield _check_phone(card, kind)


def _check_pan_status(card: CardData, kind: str) -> ComparisonResult:
    if card.is_in_force is None:
        words = "The record does not say clearly whether the PAN is in force."
        return ComparisonResult("PAN_ACTIVE", LOOK, words, on=kind)
    words = f"The PAN is {'' if card.is_in_force else 'not '}in force."
    return ComparisonResult("PAN_ACTIVE", PASS if card.is_in_force else FAIL, words, on=kind)


def _check_phone(card: CardData, kind: str) -> ComparisonResult:
    if card.phone_fits:
        return ComparisonResult(
            "PHONE", PASS, "The Aadhaar is linked to this account's phone.", on=kind
        )
    word = "has no linked phone" if card.phone_fits is None else "is linked to a different phone"
    return ComparisonResult(
        "PHONE", LOOK, f"The Aadhaar {word}. It may be someone else's file.", on=kind
    )


def _compare_pin(profile: ProfileData) -> ComparisonResult:
    """The address is on the back of a card; a signed Aadhaar contains it."""
    front = profile.cards.get(AADHAAR, CardData())
    on = AADHAAR if front.signed_by_way_of else BACK
    pin = profile.cards.get(on, CardData()).pin
    if pin is None:
        word = "stands" if on == AADHAAR else "was read"
        return ComparisonResult("PIN", LOOK, f"No PIN code {word} on the Aadhaar.", on=on)
    if pin in profile.pins:
        return ComparisonResult("PIN", PASS, "The PIN code matches the profile.", 100, on)
    return ComparisonResult(
        "PIN",
        LOOK,
        f"The Aadhaar says PIN code {pin}, which is not on the profile. The agent may have moved.",
        0,
        on,
    )


def _check_surname(profile: ProfileData) -> ComparisonResult:
    if profile.surname_letter_fits:
        return ComparisonResult(
            "PAN_SURNAME", PASS, "The fifth letter of the PAN matches the surname.", on=PAN
        )
    words = (
        "The fifth letter of the PAN is not the surname's first letter. "
        "The PAN may be from before marriage."
    )
    return ComparisonResult("PAN_SURNAME", LOOK, words, on=PAN)


def _check_person_elsewhere(profile: ProfileData) -> ComparisonResult:
    kind = "PERSON_ELSEWHERE"
    if not profile.has_last_four:
        found = "Another account has" if profile.person_elsewhere else "No other account has"
        words = f"{found} this name and birth date without the last four digits of an Aadhaar."
        return ComparisonResult(kind, LOOK, f"The Aadhaar doesn't show those digits. {words}")
    return _check_elsewhere(kind, profile.person_elsewhere, "this name, birth date and Aadhaar")


def _check_elsewhere(kind: str, found: bool, what: str, on: str = "") -> ComparisonResult:
    if found:
        return ComparisonResult(kind, FAIL, f"Another account has {what}.", on=on)
    return ComparisonResult(kind, PASS, f"No other account has {what}.", on=on)
