"""Certificates of levels: issued with the result, verified by anyone, withdrawn when it falls.

A code is ten characters, about 50 bits; it names the certificate and nothing else. Whoever has it
sees the name, level and day, and whether the certificate is valid today.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from accounts.models import Agent
from hitouch.core.india_time import day_of
from hitouch.core.printing import typst_pdf
from hitouch.core.rate_limits import RateLimit
from proctoring.models import Assessment, LevelCertificate, Sitting

PAGE = Path(__file__).parent / "certificate.typ"
#: Verifications from one network address.
VERIFY = RateLimit("certificates", tries=30, seconds=60)
#: Letters and digits that are not mistaken for each other (Crockford's Base32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True)
class Verification:
    """What anyone with the code sees. Empty if there is no such certificate."""

    is_known: bool = False
    valid: bool = False
    code: str = ""
    name: str = ""
    assessment: str = ""
    level: str = ""
    level_name: str = ""
    score: str = ""
    tested_at: datetime | None = None
    issued_at: datetime | None = None
    withdrawn_at: datetime | None = None
    is_confirmed: bool = False


def normalise(code: str) -> str:
    """A code as it is stored: capitals, without dashes and spaces, look-alikes replaced."""
    kept = "".join(char for char in code[:40].upper() if char.isascii() and char.isalnum())
    return kept.translate(_ALIKE)


def shown(code: str) -> str:
    """A code as people read it, in two groups."""
    return f"{code[:5]}-{code[5:]}"


@transaction.atomic
def issue_certificate(*, sitting: Sitting, at: datetime) -> LevelCertificate | None:
    """Issue the certificate of a result that passed; once for each sitting.

    One that was withdrawn is valid again once the result counts again.
    """
    is_language = sitting.assessment.kind == Assessment.Kind.LANGUAGE
    if not (is_language and sitting.passed):
        return None
    found = LevelCertificate.objects.filter(sitting=sitting).first()
    if found is not None and found.withdrawn_at is not None:
        found.withdrawn_at, found.withdrawn_reason = None, ""
        found.save(update_fields=["withdrawn_at", "withdrawn_reason", "updated_at"])
    return found or _issue(sitting, at)


def _issue(sitting: Sitting, at: datetime) -> LevelCertificate:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                return LevelCertificate.objects.create(
                    sitting=sitting, code=code, holder_name=sitting.agent.name, issued_at=at
                )
        except IntegrityError:
            if LevelCertificate.objects.filter(sitting=sitting).exists():
                return LevelCertificate.objects.get(sitting=sitting)


@transaction.atomic
def withdraw_certificate(*, sitting: Sitting, reason: str, at: datetime) -> None:
    """Withdraw the certificate of a result that was cancelled. Its code goes on saying so."""
    LevelCertificate.objects.filter(sitting=sitting, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_reason=reason[:300], updated_at=at
    )


def verify(*, code: str, place: str, at: datetime) -> Verification:
    """What a code stands for. Unknown and malformed codes get the same answer."""
    VERIFY.spend(place, at=at)
    rows = LevelCertificate.objects.select_related("sitting__assessment")
    found = rows.filter(code=normalise(code)).first()
    if found is None:
        return Verification()
    sitting = found.sitting
    return Verification(
        is_known=True,
        valid=sitting.counts and found.withdrawn_at is None,
        code=shown(found.code),
        name=found.holder_name,
        assessment=sitting.assessment.title,
        level=sitting.level,
        level_name=sitting.get_level_display(),
        score=str(int(sitting.score or 0)),
        tested_at=sitting.begun_at,
        issued_at=found.issued_at,
        withdrawn_at=found.withdrawn_at,
        is_confirmed=sitting.state == Sitting.State.CLEARED,
    )


def certificate_of(agent: Agent, sitting: Sitting) -> LevelCertificate | None:
    """The certificate of one of the agent's own sittings, if it is valid."""
    rows = LevelCertificate.objects.filter(sitting=sitting, sitting__agent=agent)
    return rows.filter(withdrawn_at__isnull=True).select_related("sitting__assessment").first()


def render(certificate: LevelCertificate, *, verify_url: str) -> bytes:
    """The certificate as a PDF. The same row always gives the same bytes."""
    sitting = certificate.sitting
    result = sitting.result
    skills = result.skills.order_by("skill")
    content = {
        "title": f"Certificate {shown(certificate.code)}",
        "foot": f"HitouchCX, certificate {shown(certificate.code)}",
        "name": certificate.holder_name,
        "assessment": sitting.assessment.title,
        "level": sitting.level,
        "level_name": sitting.get_level_display().partition(", ")[2],
        "score": str(int(result.score)),
        "facts": [
            ("Day of the test", _day(sitting.begun_at or certificate.issued_at)),
            ("Issued on", _day(certificate.issued_at)),
            ("Scale", f"CEFR, scale {result.scale.number} of HitouchCX"),
            ("Range", f"{result.level_low} to {result.level_high}, 19 times in 20"),
        ],
        "skills": [(row.get_skill_display(), row.level, str(int(row.score))) for row in skills],
        "code": shown(certificate.code),
        "verify_url": verify_url,
    }
    return typst_pdf.render(PAGE, typst_pdf.with_code_points(content), at=certificate.issued_at)


def _day(at: datetime) -> str:
    return f"{day_of(at):%d %B %Y}".lstrip("0")
