"""Seed Help: the FAQ that is supplied with HitouchCX. What staff published or edited is kept."""

from datetime import datetime

from chatbot.faq import interchange, labels
from chatbot.matching.supplied_vectors import SuppliedVectors


def seed(now: datetime) -> None:
    """Publish the supplied entries, and add the labelled messages that the FAQ doctor asks."""
    records = interchange.supplied_records()
    interchange.seed(records=records, at=now, vectors=SuppliedVectors())
    labels.seed(at=now)
