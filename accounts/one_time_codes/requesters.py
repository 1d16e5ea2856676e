"""Who asks for a code: its owner, a browser or network that the owner uses, or a stranger.

Each kind has its own budget (`budgets`), so that strangers who ask for codes to a contact do not
use up those of its owner, nor replace a code that the owner is about to enter.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import OneTimeCode, User
from accounts.security import login_history
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin, network_hashes
from hitouch.core.crypto import blind_index

Kind = OneTimeCode.RequesterKind
#: Counted by their networks, with the same numbers: the answers must not tell one from the other,
#: since whoever shares a network with an account could find out that there is one.
COUNTED_BY_NETWORK = (Kind.NETWORK, Kind.STRANGER)


@dataclass(frozen=True)
class Requester:
    """Where a request for a code comes from, and as whom its sender is logged in, if at all.

    `challenge` and `solution` come from a sender who has solved a challenge (`challenges`).
    """

    origin: RequestOrigin = UNKNOWN_ORIGIN
    user: User | None = None
    challenge: str = ""
    solution: str = ""


#: For calls without a request, such as tests.
ANYBODY = Requester()


@dataclass(frozen=True)
class Identity:
    """What a requester's codes are counted by, and which of them a new one replaces."""

    kind: str
    key: str


def identify(
    requester: Requester, *, purpose: str, contact: str, account: User | None, at: datetime
) -> Identity:
    """The kind of a requester, for a contact and the account that has it, if any.

    Makes the same queries without an account as for an account that does not know the requester.
    """
    kind = _kind_of(requester, purpose, contact, account, at)
    if kind in (Kind.OWNER, Kind.MEMBER):
        key = f"user {requester.user.pk}" if requester.user else ""
    elif kind == Kind.BROWSER:
        key = f"browser {requester.origin.browser}"
    else:
        key = f"network {network_hashes(requester.origin.ip).address}"
    return Identity(kind, blind_index("code-requester", key))


def _kind_of(
    requester: Requester, purpose: str, contact: str, account: User | None, at: datetime
) -> str:
    if requester.user is not None and _has_verified(requester.user, contact):
        return Kind.OWNER
    if requester.user is not None and purpose == OneTimeCode.Purpose.CONTACT:
        return Kind.MEMBER
    if login_history.is_known_browser(account, requester.origin):
        return Kind.BROWSER
    if login_history.is_known_network(account, requester.origin, at=at):
        return Kind.NETWORK
    return Kind.STRANGER


def _has_verified(user: User, contact: str) -> bool:
    return (user.email == contact and user.email_verified_at is not None) or (
        user.phone == contact and user.phone_verified_at is not None
    )
