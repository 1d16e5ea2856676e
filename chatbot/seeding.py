"""Seed the FAQ from `faq.yaml`. Existing rows, which staff may have edited, are kept."""

from datetime import datetime
from pathlib import Path

from chatbot.models import FaqCategory, FaqEntry
from hitouch.core.files import yaml_files

FAQ = Path(__file__).with_name("faq.yaml")


def seed(now: datetime) -> None:
    """Add missing categories and entries."""
    for position, heading in enumerate(yaml_files.load_yaml(FAQ)):
        category, _ = FaqCategory.objects.get_or_create(
            title=heading["title"], defaults={"position": position}
        )
        for entry_position, entry in enumerate(heading["entries"]):
            FaqEntry.objects.get_or_create(
                key=entry["key"],
                defaults={
                    "category": category,
                    "position": entry_position,
                    "question": entry["question"],
                    "variants": entry.get("variants", []),
                    "answer": entry["answer"].strip(),
                },
            )
