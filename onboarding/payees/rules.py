"""Format and masking of IFSC, account numbers and UPI IDs (VPA)."""

import re
import unicodedata

IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
ACCOUNT_NUMBER = re.compile(r"[0-9]{9,18}")
#: No dot after the @: that would be an e-mail address.
VPA = re.compile(r"(?=.{5,100}\Z)[a-z0-9][a-z0-9._-]+@[a-z][a-z0-9]{1,59}")
_SEPARATORS = re.compile(r"[\s\-\u2010\u2011\u2013\u00b7.]+")


def normalise_account_number(text: str) -> str:
    """ASCII digits without separators; digits of Indian scripts are converted."""
    return "".join(_ascii_digit(char) for char in _SEPARATORS.sub("", text))


def normalise_ifsc(text: str) -> str:
    """An IFSC in capitals. The fifth character is always zero; people often type the letter O."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return f"{plain[:4]}0{plain[5:]}" if plain[4:5] == "O" else plain


def normalise_vpa(text: str) -> str:
    """A UPI ID in lower case, without spaces that keyboards add."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def masked_vpa(vpa: str) -> str:
    """The part of a UPI ID that may be shown: up to 4 characters, at most a third of the name."""
    name = vpa.partition("@")[0]
    return name[-min(4, len(name) // 3) :] if len(name) >= 3 else ""


def _ascii_digit(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() else char
