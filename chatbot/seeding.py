"""The questions asked often, from `faq.yaml`. What staff changed since is left alone."""

from datetime import datetime
from pathlib import Path

from chatbot.models import FaqCategory, FaqEntry
from hitouch.core import yaml_files

FAQ = Path(__file__).with_name("faq.yaml")


def seed(now: datetime) -> None:
    """Add the headings and entries that are missing."""
    for position, heading in enumerate(yaml_files.load_yaml(FAQ)):
        category, _ = FaqCategory.objects.get_or_create(
            title=heading["title"], defaults={"position": position}
        )
        for place, entry in enumerate(heading["entries"]):
            FaqEntry.objects.get_or_create(
                key=entry["key"],
                defaults={
                    "category": category,
                    "position": place,
                    "question": entry["question"],
                    "variants": entry.get("variants", []),
                    "answer": entry["answer"].strip(),
                },
            )
