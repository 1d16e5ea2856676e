"""Types and helpers for each app's `privacy` module: closing blockers, data export, erasure.

Each app has a `privacy` module with `holds`, `export`, `files`, `erase`, and `ERASED`: the models
whose rows `erase` deletes or empties. What is kept is in `hitouch/privacy/retention.yaml`;
a test asserts that every model related to a person is named in one of the two.
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
    """A file uploaded by the person, and its path in the exported archive."""

    place: str
    stored: StoredFile


def amount(paise: int) -> dict[str, object]:
    """An amount in an export: paise, and as text."""
    return {"paise": paise, "rupees": money.rupees(paise)}


def moment(at: datetime | None) -> str | None:
    """A moment in an export: ISO 8601 in UTC."""
    return None if at is None else at.isoformat()


@contextmanager
def without_immutability_triggers(*models_: type[models.Model]) -> Iterator[None]:
    """Disable the triggers that make these rows immutable, for this connection and this block.

    For erasure, retention and key rotation only.
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
    """Empty the reasons written by staff in the state events of these rows; the events stay."""
    with without_immutability_triggers(events):
        events._default_manager.filter(**of).exclude(why="").update(why="")


def destroy_files(stored: Iterable[StoredFile | None]) -> None:
    """Delete files for good; rows left by a crash are found by the retention rule for orphans."""
    for file in stored:
        if file is not None:
            storage.destroy(file)
