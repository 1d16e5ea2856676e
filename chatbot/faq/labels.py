"""Labelled messages: of which entry answers them, people have said. The FAQ doctor asks them."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from chatbot.matching.revision import bump_revision
from chatbot.models import FaqEntry, LabelledMessage
from hitouch.core.files import yaml_files

LABELLED = Path(__file__).with_name("seed") / "labelled.yaml"


def supplied() -> list[dict[str, Any]]:
    """The supplied messages: `text`, `language`, and `entry`, the key or None."""
    return list(yaml_files.load_yaml(LABELLED))


def seed(*, at: datetime, messages: Iterable[dict[str, Any]] | None = None) -> None:
    """Add supplied messages that are missing; labels that staff changed are kept."""
    rows = list(messages if messages is not None else supplied())
    entries = dict(FaqEntry.objects.values_list("key", "pk"))
    made = LabelledMessage.objects.bulk_create(
        [
            LabelledMessage(
                text=row["text"],
                language=row["language"],
                entry_id=entries[row["entry"]] if row["entry"] else None,
                origin=LabelledMessage.Origin.SEED,
                at=at,
            )
            for row in rows
            if row["entry"] is None or row["entry"] in entries
        ],
        ignore_conflicts=True,
    )
    if made:
        bump_revision()
