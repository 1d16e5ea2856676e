"""The FAQ doctor: what a draft would change in the matcher's answers."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chatbot import matching
from chatbot.models import FaqVersion


def examine(version: FaqVersion) -> Any:
    """The matcher's report about a draft, or None while there is no matcher to ask."""
    name = f"{matching.__name__}.doctor"
    if find_spec(name) is None:
        return None
    matcher = import_module(name)
    texts = {text.language: (text.question, text.answer) for text in version.texts.all()}
    rows = version.entry.phrasings.exclude(origin="ENTRY").order_by("created_at", "pk")
    phrasings = [*(question for question, _ in texts.values()), *(row.text for row in rows)]
    return matcher.examine(entry_id=version.entry_id, texts=texts, phrasings=phrasings)
