"""The FAQ doctor: what a draft would change in the matcher's answers."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chatbot import matching
from chatbot.faq import checks
from chatbot.models import FaqPhrasing, FaqVersion


def examine(version: FaqVersion) -> Any:
    """The matcher's report about a draft, or None while there is no matcher to ask."""
    name = f"{matching.__name__}.doctor"
    if find_spec(name) is None:
        return None
    texts = {text.language: (text.question, text.answer) for text in version.texts.all()}
    rows = FaqPhrasing.objects.filter(entry=version.entry_id).exclude(origin="ENTRY")
    phrasings = [(row.language, row.text) for row in rows.order_by("created_at", "pk")]
    return import_module(name).examine(entry_id=version.entry_id, texts=texts, phrasings=phrasings)


def report(version: FaqVersion) -> dict[str, Any]:
    """Faults of the texts, and the matcher's report, as pages and programs show them."""
    found = examine(version)
    return {
        "faults": checks.faults_of_texts(version.texts.all()),
        "is_examined": found is not None,
        "precision_before": found.precision_before if found else None,
        "precision_after": found.precision_after if found else None,
        "shadows": [str(row) for row in found.shadows] if found else [],
        "never_reached": [str(row) for row in found.never_reached] if found else [],
        "moves": [str(row) for row in found.moves] if found else [],
    }
