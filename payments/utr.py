"""UTR (Unique Transaction Reference), the bank's reference number of a transfer."""

import re

from hitouch.core import identifiers

#: Deliberately loose: 12 digits for IMPS and UPI, 16 for NEFT, 22 for RTGS; banks differ.
UTR_PATTERN = r"^[A-Z0-9]{12,22}$"


def normalise_utr(text: str) -> str | None:
    """Capitals without blanks, as stored, or None if it is no UTR."""
    plain = identifiers.fold(text).replace(" ", "")
    is_utr = re.fullmatch(r"[A-Za-z0-9]{12,22}", plain)
    return plain.upper() if is_utr and not identifiers.is_one_digit_repeated(plain) else None
