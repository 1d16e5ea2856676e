"""The fonts of printed papers, and which characters they can draw. No Django.

The characters are read from the fonts' own tables (`cmap`), so that adding a font is enough.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DIRECTORY = Path(__file__).parent / "font_files"
#: Characters that steer letters and are not drawn: Malayalam, Bengali, Urdu … need both.
JOINERS = frozenset("\u200c\u200d")
#: Categories that no paper shows: control and format characters, private use, unassigned.
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
#: Letters and marks that are blank: fillers, selectors of variants, the grapheme joiner.
_BLANK = frozenset({0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)})
_LAST_SEGMENT = 0xFFFF


def undrawable_in(text: str) -> list[str]:
    """The characters of a text that a paper cannot show, each once, in their order."""
    return [char for char in dict.fromkeys(text) if not is_drawable(char)]


def is_drawable(char: str) -> bool:
    """Whether a paper can show the character."""
    if char in JOINERS:
        return True
    return not is_blank(char) and ord(char) in _drawable_codes()


def is_blank(char: str) -> bool:
    """Whether the character is one that nobody sees; a space is not meant."""
    return unicodedata.category(char) in _HIDDEN or ord(char) in _BLANK


def describe(char: str) -> str:
    """A character for an error message: itself where that is safe, and its name."""
    name = unicodedata.name(char, "").lower() or f"U+{ord(char):04X}"
    alone = is_blank(char) or unicodedata.category(char)[0] in "ZM"
    return name if alone else f"{char} ({name})"


@cache
def _drawable_codes() -> frozenset[int]:
    fonts = sorted(DIRECTORY.glob("*.ttf"))
    return frozenset(code for font in fonts for code in codes_of_font(font.read_bytes()))


def codes_of_font(font: bytes) -> Iterator[int]:
    """The code points of a TrueType or OpenType font, from its Unicode tables."""
    tables = struct.unpack_from(">H", font, 4)[0]
    for number in range(tables):
        tag, _, start, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if tag == b"cmap":
            yield from _codes_of_cmap(font, start)


def _codes_of_cmap(font: bytes, start: int) -> Iterator[int]:
    for number in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">HHL", font, start + 4 + 8 * number)[2]
        match struct.unpack_from(">H", font, offset)[0]:
            case 4:
                yield from _codes_of_segments(font, offset)
            case 12:
                yield from _codes_of_groups(font, offset)


def _codes_of_segments(font: bytes, offset: int) -> Iterator[int]:
    """Format 4: segments of the Basic Multilingual Plane."""
    count = struct.unpack_from(">H", font, offset + 6)[0] // 2
    size = 2 * count
    for place in range(offset + 14, offset + 14 + size, 2):
        last, first = (struct.unpack_from(">H", font, at)[0] for at in (place, place + size + 2))
        delta, to_glyph = (
            struct.unpack_from(">H", font, place + 2 + times * size)[0] for times in (2, 3)
        )
        for code in range(first, min(last, _LAST_SEGMENT - 1) + 1):
            glyph = code
            if to_glyph:
                at = place + 2 + 3 * size + to_glyph + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, at)[0]
            if glyph and (glyph + delta) % 0x10000:
                yield code


def _codes_of_groups(font: bytes, offset: int) -> Iterator[int]:
    """Format 12: ranges of all planes."""
    for number in range(struct.unpack_from(">L", font, offset + 12)[0]):
        first, last, glyph = struct.unpack_from(">LLL", font, offset + 16 + 12 * number)
        yield from range(first if glyph else first + 1, last + 1)
