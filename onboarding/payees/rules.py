"""Pure rules of how an account is written, and how much of it may be shown."""

import re
import unicodedata

IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
ACCOUNT_NUMBER = re.compile(r"[0-9]{9,18}")
#: No dot behind the @: what has one is an e-mail address.
VPA = re.compile(r"(?=.{5,100}\Z)[a-z0-9][a-z0-9._-]+@[a-z][a-z0-9]{1,59}")
_BETWEEN = re.compile(r"[\s\-\u2010\u2011\u2013\u00b7.]+")


def normalise_account_number(text: str) -> str:
    """The digits as a bank writes them: of any Indian script, blanks and dashes left out."""
    return "".join(_digit(mark) for mark in _BETWEEN.sub("", text))


def normalise_ifsc(text: str) -> str:
    """An IFSC in capitals; the fifth character is a zero, however often it is typed as an O."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    return f"{plain[:4]}0{plain[5:]}" if plain[4:5] == "O" else plain


def normalise_vpa(text: str) -> str:
    """A UPI address in small letters, without the blanks that keyboards add."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def masked_vpa(vpa: str) -> str:
    """The end of a UPI address's first part that may be shown: never most of it."""
    name = vpa.partition("@")[0]
    return name[-min(4, len(name) // 3) :] if len(name) >= 3 else ""


def _digit(mark: str) -> str:
    return str(unicodedata.digit(mark)) if mark.isdigit() else mark
