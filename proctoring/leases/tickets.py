"""Tickets: secrets of one use, with which a client that sends no Origin connects.

Only the digest is stored. A browser cannot be made to send one, so that no other site connects in
an agent's name.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.crypto import constant_time_compare

from proctoring.models import ConnectionTicket, Sitting

LIFETIME = timedelta(seconds=60)
MAX_CHARS = 128


def issue_ticket(*, sitting: Sitting, at: datetime) -> str:
    """A ticket for one connection of this sitting. Used and expired ones are deleted."""
    sitting.tickets.filter(Q(expires_at__lte=at) | Q(used_at__isnull=False)).delete()
    ticket = secrets.token_urlsafe(32)
    ConnectionTicket.objects.create(
        sitting=sitting, digest=_digest_of(ticket), issued_at=at, expires_at=at + LIFETIME
    )
    return ticket


def use_ticket(*, sitting: Sitting, ticket: str, at: datetime) -> bool:
    """Use a ticket. False if it is not one of this sitting, too old, or was used before."""
    if not 0 < len(ticket) <= MAX_CHARS:
        return False
    digest = _digest_of(ticket)
    stored = sitting.tickets.values_list("pk", "digest")
    found = [pk for pk, each in stored if constant_time_compare(each, digest)]
    usable = ConnectionTicket.objects.filter(pk__in=found, used_at__isnull=True, expires_at__gt=at)
    return bool(usable.update(used_at=at, updated_at=at))


def _digest_of(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()
