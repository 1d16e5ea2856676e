"""What is recorded for an assessment, from `artefacts.yaml`."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from hitouch.core.files import yaml_files

FILE = Path(__file__).with_name("artefacts.yaml")


@dataclass(frozen=True)
class Artefact:
    """One kind of what is recorded, as it is told before the consent."""

    name: str
    what: str
    why: str
    kept: Literal["RETENTION", "ACCOUNT"]
    seen_by: str

    @property
    def version(self) -> str:
        """Changes with every word of the text."""
        text = f"{self.what}\n{self.why}\n{self.kept}\n{self.seen_by}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def keep_days(self, retention_days: int) -> int | None:
        """For how many days it is kept; None while the result is kept."""
        return retention_days if self.kept == "RETENTION" else None


@cache
def artefacts() -> tuple[Artefact, ...]:
    """All that is recorded, in the order in which it is told."""
    rows = yaml_files.load_yaml(FILE)
    return tuple(Artefact(name=name, **facts) for name, facts in rows.items())
