"""Length of SMS: GSM-7 and UCS-2 characters, and the number of segments that are paid for.

One segment holds 160 GSM-7 characters, or 70 UCS-2 ones if the text has any other character. A
longer text is split into segments of 153 or 67, because each has a header.
"""

import unicodedata

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each is sent as an escape and a character, and counts as two.
EXTENDED = "^{}\\[~]|€\f"
ONE, MANY = 160, 153
ONE_UCS2, MANY_UCS2 = 70, 67
#: Replacements in GSM-7 for common characters.
PLAIN = {
    "₹": "Rs ", "…": "..", "•": "*", "·": "*", "\N{MINUS SIGN}": "-", "‐": "-", "‑": "-",  # noqa: RUF001
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "`": "'", "×": "x",  # noqa: RUF001
}  # fmt: skip


def is_gsm(text: str) -> bool:
    """Whether every character is one of GSM-7."""
    return all(character in BASIC or character in EXTENDED for character in text)


def septets(character: str, *, ucs2: bool = False) -> int:
    """How many units one character takes."""
    if ucs2:
        return 2 if ord(character) > 0xFFFF else 1
    return 2 if character in EXTENDED else 1


def length(text: str) -> int:
    """The units that a text takes, in the encoding it needs."""
    ucs2 = not is_gsm(text)
    return sum(septets(character, ucs2=ucs2) for character in text)


def segments(text: str) -> int:
    """The number of segments. A character is never split between two."""
    ucs2 = not is_gsm(text)
    if length(text) <= (ONE_UCS2 if ucs2 else ONE):
        return 1
    fits, count, used = MANY_UCS2 if ucs2 else MANY, 1, 0
    for character in text:
        takes = septets(character, ucs2=ucs2)
        if used + takes > fits:
            count, used = count + 1, 0
        used += takes
    return count


def plain(text: str) -> str:
    """The text in GSM-7's printable ASCII, without accents and unknown characters."""
    known = "".join(PLAIN.get(character, character) for character in text)
    parted = unicodedata.normalize("NFKD", known)
    return "".join(c for c in parted if " " <= c <= "~" and is_gsm(c))
