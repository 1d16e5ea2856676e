"""What verified documents say, written into the session's encrypted column and read again."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography import x509

from onboarding.sources import aadhaar_xml, pan
from onboarding.sources.aadhaar_xml import Aadhaar
from onboarding.sources.base import DocumentSource
from onboarding.sources.pan import Pan
from onboarding.sources.signed_xml import signed_part


@dataclass(frozen=True)
class Papers:
    """Both documents of one person, or the one that is there."""

    aadhaar: Aadhaar | None
    pan: Pan | None

    @property
    def kinds(self) -> list[str]:
        """Their names, for the record."""
        return [name for name in ("aadhaar", "pan") if getattr(self, name)]

    def written(self) -> str:
        """As JSON. Of an Aadhaar no whole number is in it, because none ever came."""
        return json.dumps({name: _to_json(getattr(self, name)) for name in self.kinds})


def fetch(
    source: DocumentSource, token: str, *, pinned: list[x509.Certificate], at: datetime
) -> Papers:
    """Both documents, each believed only for its signature; one false one spoils both."""
    aadhaar, record = source.aadhaar(token=token), source.pan(token=token)
    return Papers(
        aadhaar_xml.online(signed_part(aadhaar, pinned=pinned, at=at)) if aadhaar else None,
        pan.read(signed_part(record, pinned=pinned, at=at)) if record else None,
    )


def read(text: str) -> Papers:
    """What `written` wrote."""
    told = {name: _from_json(facts) for name, facts in json.loads(text).items()}
    aadhaar, card = told.get("aadhaar"), told.get("pan")
    return Papers(Aadhaar(**aadhaar) if aadhaar else None, Pan(**card) if card else None)


def _to_json(document: Aadhaar | Pan) -> dict[str, Any]:
    facts = dict(vars(document))
    born, portrait = facts["birth_on"], facts.get("portrait")
    facts["birth_on"] = born.isoformat() if born else None
    if portrait is not None:
        facts["portrait"] = base64.b64encode(portrait).decode()
    return facts


def _from_json(plain: dict[str, Any]) -> dict[str, Any]:
    facts = dict(plain)
    if facts["birth_on"]:
        facts["birth_on"] = date.fromisoformat(facts["birth_on"])
    if "portrait" in facts:
        facts["portrait"] = base64.b64decode(facts["portrait"])
    return facts
