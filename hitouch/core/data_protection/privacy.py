"""What every app answers about one person: what holds a closing back, the export, the erasure.

Each app has a `privacy` module with `holds`, `export`, `files`, `erase`, and `ERASED`: the rows
that `erase` removes or empties. What stays, and why, is in `hitouch/privacy/retention.yaml`; a test
asserts that every model related to a person is named in one of the two.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pgtrigger
from django.db import models

from hitouch.core import money
from hitouch.core.db.state_machine import StateEvent
from hitouch.core.files import storage
from hitouch.core.models import StoredFile


@dataclass(frozen=True)
class Hold:
    """Something that has to be settled before an account can be closed."""

    code: str
    sentence: str
    url: str = ""


@dataclass(frozen=True)
class OwnFile:
    """A file the person gave us, and its place in the archive they get."""

    place: str
    stored: StoredFile


def amount(paise: int) -> dict[str, object]:
    """Money in an export: exact for programs, readable for people."""
    return {"paise": paise, "rupees": money.rupees(paise)}


def moment(at: datetime | None) -> str | None:
    """A moment in an export: ISO 8601 in UTC."""
    return None if at is None else at.isoformat()


@contextmanager
def without_immutability_triggers(*models_: type[models.Model]) -> Iterator[None]:
    """Let an erasure past the triggers that keep these rows as they were written.

    Nothing else goes past them; it holds for this connection until the block ends.
    """
    names = [
        f"{model._meta.app_label}.{model.__name__}:{trigger.name}"
        for model in models_
        for trigger in getattr(model._meta, "triggers", [])
        if isinstance(trigger, (pgtrigger.Protect, pgtrigger.ReadOnly))
    ]
    with pgtrigger.ignore(*names):
        yield


def blank_reasons(events: type[StateEvent], **of: object) -> None:
    """Empty what staff wrote beside the moves of these rows; the moves stay."""
    with without_immutability_triggers(events):
        events._default_manager.filter(**of).exclude(why="").update(why="")


def destroy_files(stored: Iterable[StoredFile | None]) -> None:
    """Remove files for good, on the disk first: what is left by a crash is found again."""
    for file in stored:
        if file is not None:
            storage.destroy(file)
