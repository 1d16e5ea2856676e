"""Agreement texts: merge fields, layout into blocks, versions and comparison. No Django.

A template has merge fields in braces, `{name}`. They are filled in one pass, as data: a name that
holds a brace, a dollar or a line break never becomes another field, a heading or markup.
"""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: Placeholders a template may use.
MERGE_FIELDS = ("name", "place", "date")
VERSION = re.compile(r"[1-9][0-9]{0,2}\.(?:0|[1-9][0-9]{0,2})")
_MERGE_FIELD = re.compile(r"\{(\w+)\}")
_HEADING = re.compile(r"\d{1,2}\. .{1,80}(?<![.!?:;])")
_MAX_FIELD_LENGTH = 240
Kind = Literal["title", "heading", "text"]


@dataclass(frozen=True)
class Block:
    """One paragraph of a text with its role."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One line of a diff."""

    kind: Literal["same", "added", "removed"]
    text: str


def sha256_of(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def version_key(version: str) -> tuple[int, ...]:
    """Sort key of a version: 1.10 comes after 1.9."""
    return tuple(int(part) for part in version.split("."))


def unknown_merge_fields(text: str) -> list[str]:
    """Placeholders of a template that are no merge fields."""
    return sorted({name for name in _MERGE_FIELD.findall(text) if name not in MERGE_FIELDS})


def one_line(value: str) -> str:
    """A value on one line: line breaks become spaces, bidirectional and hidden marks are removed.

    Zero-width joiners stay: Malayalam, Marathi and other scripts need them.
    """
    cleaned = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in unicodedata.normalize("NFC", value)
        if char in "\u200c\u200d" or unicodedata.category(char) != "Cf"
    )
    return " ".join(cleaned.split())[:_MAX_FIELD_LENGTH]


def merge_fields(text: str, values: Mapping[str, str]) -> str:
    """The exact text for one agent. Inserted values are not parsed again."""
    return _MERGE_FIELD.sub(lambda match: one_line(values.get(match[1], match[0])), text)


def layout_blocks(text: str) -> list[Block]:
    """The title, the headings (a number and a few words without a full stop), and the rest."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [Block(_kind(part, first=not place), part) for place, part in enumerate(parts)]


def _kind(part: str, *, first: bool) -> Kind:
    if first:
        return "title"
    return "heading" if _HEADING.fullmatch(part) else "text"


def minutes_to_read(text: str) -> int:
    """Estimated reading time at 200 words a minute."""
    return max(1, round(len(text.split()) / 200))


def diff_paragraphs(old: str, new: str) -> list[Change]:
    """Differences between two versions, paragraph by paragraph."""
    before, after = ([block.text for block in layout_blocks(text)] for text in (old, new))
    changes: list[Change] = []
    for line in difflib.ndiff(before, after):
        mark, rest = line[:2], line[2:]
        if mark in _MARKS:
            changes.append(Change(_MARKS[mark], rest))
    return changes


_MARKS: dict[str, Literal["same", "added", "removed"]] = {
    "  ": "same",
    "+ ": "added",
    "- ": "removed",
}
