"""Seed Help: the FAQ that is supplied with HitouchCX. What staff published or edited is kept."""

from datetime import datetime

from chatbot.faq import interchange, labels


def seed(now: datetime) -> None:
    """Publish the supplied entries, and add the labelled messages that the FAQ doctor asks."""
    interchange.seed(records=interchange.supplied_records(), at=now)
    labels.seed(at=now)
