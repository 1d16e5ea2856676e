"""Seed the FAQ from `faq.yaml`. Existing rows, which staff may have edited, are kept."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from chatbot.matching.revision import bump_revision
from chatbot.models import FaqCategory, FaqEntry, FaqPhrasing, FaqText, FaqVersion, HelpLanguage
from hitouch.core.db.state_machine import transition
from hitouch.core.files import yaml_files

#: Note of the versions that are supplied with HitouchCX.
SUPPLIED = "Supplied with HitouchCX"
FAQ = Path(__file__).with_name("faq.yaml")


@transaction.atomic
def seed(now: datetime) -> None:
    """Create missing categories and entries."""
    for position, heading in enumerate(yaml_files.load_yaml(FAQ)):
        category, _ = FaqCategory.objects.get_or_create(
            title=heading["title"], defaults={"position": position}
        )
        for entry_position, facts in enumerate(heading["entries"]):
            entry, is_new = FaqEntry.objects.get_or_create(
                key=facts["key"], defaults={"category": category, "position": entry_position}
            )
            if is_new:
                _publish(entry, facts, now)
    bump_revision()


def _publish(entry: FaqEntry, facts: dict[str, Any], now: datetime) -> None:
    version = FaqVersion.objects.create(entry=entry, number=1, note=SUPPLIED)
    FaqText.objects.create(
        version=version,
        language=HelpLanguage.EN,
        question=facts["question"],
        answer=facts["answer"].strip(),
    )
    transition(version, to=FaqVersion.State.PUBLISHED, by=None, at=now, published_at=now)
    FaqEntry.objects.filter(pk=entry.pk).update(version=version)
    texts = {facts["question"]: FaqPhrasing.Origin.ENTRY}
    for text in facts.get("variants", []):
        texts.setdefault(text, FaqPhrasing.Origin.SEED)
    FaqPhrasing.objects.bulk_create(
        FaqPhrasing(entry=entry, text=text, language=HelpLanguage.EN, origin=origin)
        for text, origin in texts.items()
    )
