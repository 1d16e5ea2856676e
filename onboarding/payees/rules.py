"""IFSC, account numbers and UPI IDs (VPA): the one validator of each, and masking.

Each function returns the normalised identifier, or None if the text is not one.
"""

import re

from hitouch.core import identifiers

#: Digits in the account numbers of Indian banks.
SHORTEST_ACCOUNT_NUMBER, LONGEST_ACCOUNT_NUMBER = 9, 18
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
#: No dot after the @: that would be an e-mail address.
_VPA = re.compile(r"(?=.{5,100}\Z)[a-z0-9][a-z0-9._-]+@[a-z][a-z0-9]{1,59}")


def normalise_account_number(text: str) -> str | None:
    """ASCII digits without separators, leading zeros kept."""
    number = identifiers.normalise_digits(
        text, least=SHORTEST_ACCOUNT_NUMBER, most=LONGEST_ACCOUNT_NUMBER
    )
    return None if number is None or identifiers.is_one_digit_repeated(number) else number


def normalise_ifsc(text: str) -> str | None:
    """An IFSC in capitals. The fifth character is always zero; people often type the letter O."""
    plain = identifiers.normalise_code(text) or ""
    code = f"{plain[:4]}0{plain[5:]}" if plain[4:5] == "O" else plain
    return code if _IFSC.fullmatch(code) else None


def normalise_vpa(text: str) -> str | None:
    """A UPI ID in lower case."""
    plain = identifiers.fold(text)
    address = plain.lower() if plain.isascii() else ""
    return address if _VPA.fullmatch(address) else None


def masked_vpa(vpa: str) -> str:
    """The part of a UPI ID that may be shown: up to 4 characters, at most a third of the name."""
    name = vpa.partition("@")[0]
    return name[-min(4, len(name) // 3) :] if len(name) >= 3 else ""
