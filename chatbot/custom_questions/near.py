"""Open questions that ask the same."""

from collections import defaultdict
from collections.abc import Sequence

from chatbot.models import CustomQuestion

#: Open questions that are compared with each other, the oldest ones.
MOST_GROUPED = 60


def groups_of(rows: Sequence[CustomQuestion]) -> list[list[CustomQuestion]]:
    """The questions by their words, in the given order."""
    groups: dict[str, list[CustomQuestion]] = defaultdict(list)
    for row in rows:
        groups[_words(row.text)].append(row)
    return list(groups.values())


def _words(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
