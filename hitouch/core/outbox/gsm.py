"""How long a text is to a phone network: GSM-7 characters, and the segments that are paid for.

One segment holds 160 GSM-7 characters, or 70 of UCS-2 when a single other character is among
them; of a longer text each segment gives some room to a header, and holds 153 or 67.
"""

import unicodedata

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each is an escape and a character, and takes the room of two.
EXTENDED = "^{}\\[~]|€\f"
ONE, MANY = 160, 153
ONE_UCS2, MANY_UCS2 = 70, 67
#: What people write, and what a phone network knows for it.
PLAIN = {
    "₹": "Rs ", "…": "..", "•": "*", "·": "*", "\N{MINUS SIGN}": "-", "‐": "-", "‑": "-",  # noqa: RUF001
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "`": "'", "×": "x",  # noqa: RUF001
}  # fmt: skip


def is_gsm(text: str) -> bool:
    """Whether every character is one of GSM-7."""
    return all(character in BASIC or character in EXTENDED for character in text)


def septets(character: str, *, ucs2: bool = False) -> int:
    """How many places one character takes."""
    if ucs2:
        return 2 if ord(character) > 0xFFFF else 1
    return 2 if character in EXTENDED else 1


def length(text: str) -> int:
    """The places that a text takes, in the alphabet it needs."""
    ucs2 = not is_gsm(text)
    return sum(septets(character, ucs2=ucs2) for character in text)


def segments(text: str) -> int:
    """How many messages the network counts. A character is never cut in two."""
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
    """The nearest text in GSM-7's printable ASCII: accents go, what has no likeness goes."""
    known = "".join(PLAIN.get(character, character) for character in text)
    parted = unicodedata.normalize("NFKD", known)
    return "".join(c for c in parted if " " <= c <= "~" and is_gsm(c))
