"""Fixtures: a small FAQ, without and with vectors."""

import numpy as np
import pytest

from chatbot.faq import interchange
from chatbot.matching import encoder, encoding
from chatbot.models import FaqPhrasing
from conftest import NOON

KEYS = ("reset_password", "payout_when", "payout_missing", "cancel_shift", "kyc_docs", "human")


@pytest.fixture
def small_faq(db):
    """Six of the supplied entries, not encoded."""
    records = []
    for part in interchange.supplied_records():
        entries = [entry for entry in part.entries if entry.key in KEYS]
        if entries:
            records.append(type(part)(**{**vars(part), "entries": entries}))
    interchange.seed(records=records, at=NOON)
    # A few ways to ask are enough, and are encoded in little time.
    for entry in {row.entry_id for row in FaqPhrasing.objects.all()}:
        rows = FaqPhrasing.objects.filter(entry=entry).order_by("language", "text")
        FaqPhrasing.objects.filter(pk__in=[row.pk for row in rows[5:]]).delete()


_VECTORS = {}


@pytest.fixture(autouse=True)
def encode_once(monkeypatch):
    """The encoder makes the vector of each text once for all tests: it takes its time."""
    real = encoder.TextEncoder._encode

    def encode(self, method, texts):
        found = []
        for text in texts:
            key = method.__name__, text
            if key not in _VECTORS:
                _VECTORS[key] = real(self, method, [text])[0]
            found.append(_VECTORS[key])
        return np.stack(found)

    monkeypatch.setattr(encoder.TextEncoder, "_encode", encode)


@pytest.fixture
def encoded_faq(small_faq):
    """The same entries with their vectors."""
    while encoding.encode_missing(NOON):
        pass
