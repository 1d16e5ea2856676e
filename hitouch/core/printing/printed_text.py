"""What may be printed on a paper: names of persons, and other lines of text such as addresses.

Every name and line that an agreement, a statement or another paper shows passes here first, on
the page, in the API and in the service alike, so that a paper can always be drawn. The text is
kept in Unicode's NFC, with single blanks.
"""

import unicodedata

from hitouch.core import identifiers
from hitouch.core.errors import Refusal
from hitouch.core.printing import fonts

#: Signs in names of persons: K. M. Joseph, D'Souza, Anne-Marie; and the full stops that Devanagari
#: and Urdu have for initials.
NAME_SIGNS = " .-'\u2018\u2019\u02bc\u2010\u2011\u0970\u06d4"
#: Signs in the names of account holders, besides: A RAO & B RAO, ASHA RAO (MINOR), S/O, A1 TRADERS.
HOLDER_SIGNS = "&/(),0123456789"
_AFTER_A_LETTER = "-'\u2018\u2019\u02bc\u2010\u2011"
_VIRAMA_CLASS = 9
_MOST_MARKS = 4


class UnprintableText(Refusal):
    """The text has a character that is invisible or that no paper can show."""

    code = "unprintable_text"
    status = 422

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InvalidName(UnprintableText):
    """The text is not the name of a person."""

    code = "invalid_name"


def clean_line(text: str, *, field: str = "") -> str:
    """One line of printable text. Raises `UnprintableText` with the character to remove."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    for place, char in enumerate(line):
        if char in fonts.JOINERS and not _is_joined(line, place):
            raise UnprintableText(_invisible(char), field=field)
        if not fonts.is_drawable(char):
            message = _invisible(char) if fonts.is_blank(char) else _undrawable(char)
            raise UnprintableText(message, field=field)
    return line


def clean_text(text: str, *, field: str = "") -> str:
    """Printable text of several lines."""
    lines = unicodedata.normalize("NFC", text).splitlines()
    for line in lines:
        clean_line(line, field=field)
    return "\n".join(lines)


def clean_name(text: str, *, signs: str = "", field: str = "") -> str:
    """The name of a person in letters of any script. Raises `InvalidName` if it is not one.

    `signs` are allowed besides those in `NAME_SIGNS`.
    """
    try:
        name = clean_line(text)
    except UnprintableText as refusal:
        raise InvalidName(str(refusal), field=field) from refusal
    fault = _fault_in(name, NAME_SIGNS + signs) if name else ""
    if fault:
        raise InvalidName(fault, field=field)
    return name


def _fault_in(name: str, signs: str) -> str:
    for char in name:
        if _is_letter(char) or char in signs or char in fonts.JOINERS:
            continue
        if unicodedata.category(char)[0] == "N":
            return "Enter the name without digits."
        return f"A name can't have {fonts.describe(char)} in it."
    if not unicodedata.category(name[0]).startswith("L"):
        return "Begin the name with a letter."
    if any(map(identifiers.mixes_lookalike_scripts, name.split())):
        return "This name mixes letters of two alphabets. Type it again instead of pasting it."
    if not _is_well_formed(name):
        return "Check the signs and accents in this name."
    return ""


def _is_letter(char: str) -> bool:
    """A letter or a mark on one; not its bold, circled or ligature form, which NFKC takes apart."""
    kind = unicodedata.category(char)
    is_kind = kind[0] == "L" or kind in ("Mn", "Mc")
    return is_kind and unicodedata.normalize("NFC", unicodedata.normalize("NFKC", char)) == char


def _is_well_formed(name: str) -> bool:
    """Marks stand on letters and are not piled up; hyphens and apostrophes follow a letter."""
    marks, before, base = 0, " ", " "
    for char in name:
        is_mark = unicodedata.category(char)[0] == "M"
        marks = marks + 1 if is_mark else 0
        must_follow = is_mark or char in _AFTER_A_LETTER
        if marks > _MOST_MARKS or (must_follow and not _can_carry(before)):
            return False
        if is_mark and not _is_of_script(char, base):
            return False
        base = char if unicodedata.category(char)[0] == "L" else base
        before = char
    return name[-1] not in "-\u2010\u2011"


def _is_of_script(mark: str, base: str) -> bool:
    """Whether a vowel sign or virama stands on a letter of its own script."""
    script = unicodedata.name(mark, "").split(" ")[0]
    return script == "COMBINING" or unicodedata.name(base, "").startswith(script)


def _can_carry(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" or char in fonts.JOINERS or char == "."


def _is_joined(line: str, place: int) -> bool:
    """Whether a zero-width joiner or non-joiner does something where it stands.

    In scripts of India beside a virama, in Arabic script between two letters (RFC 5892, A.1).
    """
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    if any(char and unicodedata.combining(char) == _VIRAMA_CLASS for char in (before, after)):
        return True
    arabic = (unicodedata.bidirectional(char) in ("AL", "NSM") for char in (before, after) if char)
    return line[place] == "\u200c" and [*arabic] == [True, True]


def _invisible(char: str) -> str:
    return f"Remove an invisible character ({fonts.describe(char)}): type it again, don't paste it."


def _undrawable(char: str) -> str:
    return f"We can't print {fonts.describe(char)}. Please leave it out."
