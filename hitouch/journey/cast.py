"""The people of a journey: a new agent with invented data, and log-ins of existing people."""

import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from accounts.mfa import totp
from onboarding.demo import cards

BIRTH_ON = date(1998, 4, 12)


@dataclass(frozen=True)
class CastLogin:
    """An existing person: staff, or a client's member."""

    contact: str
    password: str
    totp_secret: str = ""

    def second_factor(self) -> str:
        """The current authenticator code; "" without an authenticator."""
        return totp.code(self.totp_secret, now()) if self.totp_secret else ""


@dataclass(frozen=True)
class Cast:
    """The existing people a journey needs. Maker and checker are two people."""

    member: CastLogin
    reviewer: CastLogin
    proctor: CastLogin
    maker: CastLogin
    checker: CastLogin
    grader: CastLogin


@dataclass
class NewAgent:
    """The agent of this journey."""

    email: str
    phone: str
    password: str
    family_name: str
    pan: str
    aadhaar: str
    read_code: Callable[[str], str]
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name on the documents."""
        return f"Journey {self.family_name}"

    def card(self, slug: str) -> bytes:
        """A picture of one of their specimen cards, with the unmasked number."""
        holder = cards.CardHolder(self.name, BIRTH_ON, self.aadhaar, self.pan)
        return cards.card(slug.upper().replace("-", "_"), holder)

    def profile(self) -> dict[str, Any]:
        """The request body of the profile."""
        address = {
            "line1": "12 Lake Road",
            "line2": "",
            "city": "Pune",
            "state": "Maharashtra",
            "pin": "411001",
        }
        return {
            "given_name": "Journey",
            "family_name": self.family_name,
            "birth_on": BIRTH_ON.isoformat(),
            "current_address": address,
            "same_as_current": True,
            "shift": "DAY",
            "hours_a_day": 6,
            "skills": ["Chat support"],
            "languages": ["English", "Hindi"],
            "bio": "Goes the whole way to see that it is open.",
            "employment": {"status": "NOT_EMPLOYED"},
            "qualifications": [
                {
                    "level": "BACHELOR",
                    "title": "B.Com",
                    "institution": "Savitribai Phule Pune University",
                    "year": 2019,
                }
            ],
            "experiences": [],
        }


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def newcomer(read_code: Callable[[str], str], answers: Path, *, email: str, phone: str) -> NewAgent:
    """A new agent with unique contacts, name and PAN."""
    pick = random.SystemRandom()
    letters = "".join(pick.choices(string.ascii_uppercase, k=7))
    number = f"{pick.randrange(1, 9999):04d}"
    family = letters[:4].title()
    return NewAgent(
        email=email or f"journey-{letters.lower()}@example.com",
        phone=phone or f"+9198{pick.randrange(10**8):08d}",
        password=f"{letters.lower()}-walks-the-way",
        family_name=family,
        pan=f"{letters[4:7]}P{family[0].upper()}{number}{letters[6]}",
        aadhaar=cards.valid_number(pick),
        read_code=read_code,
        answers=answer_sheet(answers),
    )


def answer_sheet(bank: Path) -> dict[str, str]:
    """A good answer by question text, from the files of the item bank in a folder."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in bank.glob("*.yaml")]
    items = [item for file in files for item in file.get("items", [])]
    return {item["text"] + item.get("passage", ""): _good_answer(item) for item in items}


def _good_answer(item: dict[str, Any]) -> str:
    """The key, an accepted spelling or, where an answer is written or spoken, the model answer."""
    accepted = item.get("accepted") or [""]
    return str(item.get("key") or accepted[0] or item.get("model_answer", ""))


def portrait() -> bytes:
    """A photo with a real face, of a public person."""
    return cards.PORTRAIT.read_bytes()


def spoken_answer() -> bytes:
    """A spoken answer about level C1, by a synthetic voice (see bench/data/speech/SOURCES.md)."""
    return Path(__file__).with_name("answer.opus").read_bytes()
