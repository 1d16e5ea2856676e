"""UTR (Unique Transaction Reference), the bank's reference number of a transfer."""

import re

#: Deliberately loose: 12 digits for IMPS and UPI, 16 for NEFT, 22 for RTGS; banks differ.
UTR_PATTERN = r"^[A-Z0-9]{12,22}$"


def normalise_utr(text: str) -> str:
    """Upper case without spaces, as stored."""
    return re.sub(r"\s+", "", text).upper()


def is_utr(text: str) -> bool:
    return re.fullmatch(r"[A-Z0-9]{12,22}", text) is not None
