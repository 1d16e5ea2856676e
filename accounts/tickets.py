"""What whoever asked for a code gets in return: without it their code cannot be typed.

So a code opens only the browser or the program that asked for it (OWASP ASVS 5.0, 6.6.2), and
a stranger's wrong digits never use up the tries of somebody else's code. A ticket names the
code's row and the contact, sealed; it is the same for a contact with an account and without.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from accounts.models import OneTimeCode
from hitouch.core import crypto

CONTEXT = "accounts.ticket"
LONGEST = 1000


class NoTicket(Exception):
    """Not one of ours, or for another purpose."""


@dataclass(frozen=True)
class CodeTicket:
    """The row of a code and the contact it went to."""

    code_id: str
    contact: str


def give(*, code: OneTimeCode, contact: str) -> str:
    """The ticket for a code that was asked for just now."""
    facts = json.dumps([code.purpose, str(code.pk), contact]).encode()
    return base64.urlsafe_b64encode(crypto.seal(facts, context=CONTEXT)).decode()


def read(text: str, *, purpose: str) -> CodeTicket:
    """Open a ticket for this purpose, or raise `NoTicket`."""
    try:
        sealed = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        made_for, code_id, contact = json.loads(crypto.unseal(sealed, context=CONTEXT))
    except (binascii.Error, crypto.SealBroken, ValueError) as fault:
        raise NoTicket from fault
    if made_for != purpose:
        raise NoTicket
    return CodeTicket(code_id, contact)
