"""Slots: figures and lists in FAQ texts that follow from settings and rules.

A text names a slot in double braces, such as {{ code_minutes }}. Its value is read whenever the
text is shown, so a changed rule changes the answer at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from chatbot.models import HelpLanguage
from hitouch.core.errors import Refusal

_SLOT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class BrokenSlot(Refusal):
    """A text names a slot that does not exist or has no value at present."""

    code = "broken_slot"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is no value for {{{{ {name} }}}}.")


@dataclass(frozen=True)
class FaqSlot:
    """One slot: what it says, and how its value is read in a language."""

    name: str
    help_text: str
    value: Callable[[str], str]


REGISTRY: dict[str, FaqSlot] = {}


def names_in(text: str) -> list[str]:
    """Names of the slots of a text, in its order, each once."""
    return list(dict.fromkeys(match[1] for match in _SLOT.finditer(text)))


@dataclass
class SlotValues:
    """Values of slots for one request: each is read at most once a language."""

    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    def value(self, name: str, language: str) -> str:
        """The value of a slot. Raises `BrokenSlot` if there is none."""
        key = (name, language)
        if key not in self._read:
            slot = REGISTRY.get(name)
            if slot is None:
                raise BrokenSlot(name)
            self._read[key] = slot.value(HelpLanguage(language))
        return self._read[key]

    def fill(self, text: str, language: str) -> str:
        """The text with the values in place of the slots."""
        return _SLOT.sub(lambda match: self.value(match[1], language), text)
