"""The shape of a UTR, the number a bank gives a transfer."""

import re

#: Loose on purpose: 12 digits for IMPS and UPI, 16 for NEFT, 22 for RTGS, and banks differ.
UTR_PATTERN = r"^[A-Z0-9]{12,22}$"


def normalise_utr(text: str) -> str:
    """As it is stored: capitals, nothing between."""
    return re.sub(r"\s+", "", text).upper()


def is_utr(text: str) -> bool:
    return re.fullmatch(r"[A-Z0-9]{12,22}", text) is not None
