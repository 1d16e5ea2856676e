"""The lines of a résumé, without what may not be kept."""

import re
import unicodedata

from onboarding import rules

_CONTACT = re.compile(r"\S+@\S+\.\w+|https?://\S+|www\.\S+|(?<!\d)(?:\+91[\s-]?)?[6-9]\d{9}(?!\d)")
BULLET = re.compile(r"^\s*(?:[•●▪◦‣·*»➢✓>o]|\d{1,2}[.)]|-)\s+")


#: One dash and one apostrophe, however a word processor curled or stretched them.
_SIGNS = str.maketrans(
    {"\u2013": "-", "\u2014": " - ", "\u2212": "-", "\u2019": "'", "\t": "    ", "\0": ""}
)


def lines_of(text: str) -> list[str]:
    """Readable lines; contacts and numbers of twelve digits are gone."""
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    safe = _CONTACT.sub(" ", rules.without_full_aadhaar(plain))
    return [line.strip() for line in safe.splitlines() if line.strip()]
