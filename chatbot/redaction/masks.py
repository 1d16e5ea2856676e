"""What stands in a text instead of a secret. Pure."""

import re

#: What people read for each kind of secret.
LABELS = {
    "AADHAAR": "Aadhaar number",
    "VID": "Aadhaar virtual ID",
    "PAN": "PAN",
    "CARD": "card number",
    "UPI": "UPI ID",
    "ACCOUNT": "account number",
    "OTP": "one-time code",
    "PHONE": "phone number",
    "EMAIL": "e-mail address",
    "PASSWORD": "password",
}
#: Kinds of which the last four characters stay, so that people recognise them.
_WITH_LAST_FOUR = frozenset({"AADHAAR", "VID", "PAN", "CARD", "ACCOUNT", "PHONE"})
_HIDDEN = "\u2022\u2022\u2022\u2022"
#: A mask. Nothing that people type into the form of one can hold more than four characters.
MASK = re.compile(rf"\[(?:{'|'.join(LABELS.values())}) {_HIDDEN}(?:[0-9A-Z]{{4}})?\]")


def mask_of(kind: str, value: str) -> str:
    """The mask of a secret, with at most the last four characters of its value."""
    shown = value[-4:].upper() if kind in _WITH_LAST_FOUR and len(value) > 8 else ""
    return f"[{LABELS[kind]} {_HIDDEN}{shown if shown.isascii() and shown.isalnum() else ''}]"
