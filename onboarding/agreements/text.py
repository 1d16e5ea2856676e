"""The words of an agreement: what is filled in, how it is laid out, what changed between versions.

A template names facts in braces, `{name}`. They are put in once, in one pass, as data: a name that
holds a brace, a dollar or a line break stays a name and never becomes a fact, a heading or markup.
"""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: What a template may name.
FACTS = ("name", "place", "date")
VERSION = re.compile(r"[1-9]\d{0,2}\.(?:0|[1-9]\d{0,2})")
_FACT = re.compile(r"\{(\w+)\}")
_HEADING = re.compile(r"\d{1,2}\. .{1,80}(?<![.!?:;])")
_LONGEST_FACT = 240
Kind = Literal["title", "heading", "text"]


@dataclass(frozen=True)
class Block:
    """One piece of a text as it is laid out."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One line of a comparison: it stayed, came in, or went out."""

    kind: Literal["same", "added", "removed"]
    text: str


def sha256_of(text: str) -> str:
    """The hash of a text, as its UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def version_key(version: str) -> tuple[int, ...]:
    """Versions in their order: 1.10 comes after 1.9."""
    return tuple(int(part) for part in version.split("."))


def unknown_facts(text: str) -> list[str]:
    """What a template names that nobody can fill in."""
    return sorted({name for name in _FACT.findall(text) if name not in FACTS})


def one_line(value: str) -> str:
    """A fact on one line: line breaks are spaces, and marks that reorder or hide letters go.

    The two joiners stay: Malayalam, Marathi and other scripts are written with them.
    """
    kept = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in unicodedata.normalize("NFC", value)
        if char in "\u200c\u200d" or unicodedata.category(char) != "Cf"
    )
    return " ".join(kept.split())[:_LONGEST_FACT]


def merge_fields(text: str, facts: Mapping[str, str]) -> str:
    """The exact text for one person. What is put in is not looked at again."""
    return _FACT.sub(lambda found: one_line(facts.get(found[1], found[0])), text)


def layout_blocks(text: str) -> list[Block]:
    """The title, the headings (a number and a few words without a full stop), and the rest."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [Block(_kind(part, first=not place), part) for place, part in enumerate(parts)]


def _kind(part: str, *, first: bool) -> Kind:
    if first:
        return "title"
    return "heading" if _HEADING.fullmatch(part) else "text"


def minutes_to_read(text: str) -> int:
    """How long reading takes an unhurried person: 200 words a minute."""
    return max(1, round(len(text.split()) / 200))


def diff_paragraphs(old: str, new: str) -> list[Change]:
    """Paragraph by paragraph, what a new version takes out and brings in."""
    ours, theirs = ([block.text for block in layout_blocks(text)] for text in (old, new))
    found: list[Change] = []
    for line in difflib.ndiff(ours, theirs):
        mark, rest = line[:2], line[2:]
        if mark in _MARKS:
            found.append(Change(_MARKS[mark], rest))
    return found


_MARKS: dict[str, Literal["same", "added", "removed"]] = {
    "  ": "same",
    "+ ": "added",
    "- ": "removed",
}
