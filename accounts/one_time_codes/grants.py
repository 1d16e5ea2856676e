"""Signed grants: what a correct one-time code permits for 15 minutes, for one contact, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from accounts.models import OneTimeCode
from accounts.one_time_codes import services
from hitouch.core.errors import Refusal

LIFETIME = timedelta(minutes=15)


class GrantExpired(Refusal):
    """The grant is too old, already used, or not signed by us."""

    code = "start_again"
    message = "This step has timed out or is already done. Request a new code."


@dataclass(frozen=True)
class Grant:
    """Proof that somebody controls this contact."""

    contact: str
    code_id: str

    def require_unused(self) -> None:
        """Refuse a used grant before something costly is computed for it; `use_up` decides."""
        if not services.is_unused(code_id=self.code_id):
            raise GrantExpired

    def use_up(self, *, at: datetime) -> None:
        """Mark the grant as used; refuses if it was used before."""
        if not services.mark_used(code_id=self.code_id, at=at):
            raise GrantExpired


def issue_grant(*, code: OneTimeCode, contact: str, at: datetime) -> str:
    """The signed grant, to keep in a session or to return to an app."""
    until = (at + LIFETIME).timestamp()
    return signing.dumps([contact, str(code.pk), until], salt=_salt(code.purpose))


def read_grant(text: str, *, purpose: str, at: datetime) -> Grant:
    """Verify a grant of `issue_grant` for the same purpose; raises `GrantExpired`."""
    try:
        contact, code_id, until = signing.loads(text, salt=_salt(purpose))
    except (signing.BadSignature, ValueError) as fault:
        raise GrantExpired from fault
    if until <= at.timestamp():
        raise GrantExpired
    return Grant(contact=contact, code_id=code_id)


def _salt(purpose: str) -> str:
    return f"accounts.grant.{purpose}"
