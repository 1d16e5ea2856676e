"""What the right code allows for a quarter of an hour: signed, for one contact, used once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from accounts.models import OneTimeCode
from accounts.one_time_codes import services
from hitouch.core.errors import Refusal

LIFETIME = timedelta(minutes=15)


class GrantExpired(Refusal):
    """Too late, used already, or not one of ours."""

    code = "start_again"
    message = "This step has timed out or is already done. Request a new code."


@dataclass(frozen=True)
class Grant:
    """Somebody proved that this contact is theirs."""

    contact: str
    code_id: str

    def use_up(self, *, at: datetime) -> None:
        """Only the first one to come gets through."""
        if not services.mark_used(code_id=self.code_id, at=at):
            raise GrantExpired


def issue_grant(*, code: OneTimeCode, contact: str, at: datetime) -> str:
    """The grant as text, to keep in a session or to hand to a program."""
    until = (at + LIFETIME).timestamp()
    return signing.dumps([contact, str(code.pk), until], salt=_salt(code.purpose))


def read_grant(text: str, *, purpose: str, at: datetime) -> Grant:
    """The grant that `give` made for the same purpose, while it lasts."""
    try:
        contact, code_id, until = signing.loads(text, salt=_salt(purpose))
    except (signing.BadSignature, ValueError) as fault:
        raise GrantExpired from fault
    if until <= at.timestamp():
        raise GrantExpired
    return Grant(contact=contact, code_id=code_id)


def _salt(purpose: str) -> str:
    return f"accounts.grant.{purpose}"
