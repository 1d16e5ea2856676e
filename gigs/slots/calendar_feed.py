"""The calendar feed of an agent's shifts: a secret address, and the iCalendar file (RFC 5545)."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from icalendar import Calendar, Event

from accounts.models import Agent
from accounts.security import audit
from gigs.models import CalendarFeed, Claim
from gigs.models.slots import SEATED

#: Shifts that ended longer ago are not in the feed.
PAST = timedelta(days=31)
#: A released shift stays in the feed as cancelled, so that calendars remove it.
OFF = (Claim.State.RELEASED, Claim.State.EXCUSED, Claim.State.CANCELLED)
SHOWN_STATES = (*SEATED, *OFF)


def hash_of(token: str) -> str:
    """How a token is stored; it has 256 bits, so that a plain hash cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_feed(*, agent: Agent, at: datetime) -> str:
    """Create the feed, or a new address for it; the one before stops working. Returns the token."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        agent=agent, defaults={"token_hash": hash_of(token), "updated_at": at}
    )
    audit.record_event(by=agent.user, action="calendar.created", on=agent, at=at)
    return token


@transaction.atomic
def revoke_feed(*, agent: Agent, at: datetime) -> None:
    """Remove the feed: its address stops working."""
    deleted, _ = CalendarFeed.objects.filter(agent=agent).delete()
    if deleted:
        audit.record_event(by=agent.user, action="calendar.revoked", on=agent, at=at)


def agent_of(token: str) -> Agent | None:
    """The agent of a feed's token, while their account is active."""
    feed = CalendarFeed.objects.select_related("agent__user").filter(token_hash=hash_of(token))
    found = feed.first()
    return found.agent if found and found.agent.user.is_active else None


def calendar_of(agent: Agent, *, now: datetime, site: str) -> bytes:
    """The agent's shifts as an iCalendar file. `site` is the host, for unique ids."""
    calendar = Calendar()
    calendar.add("prodid", "-//HitouchCX//Shifts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "HitouchCX shifts")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    claims = agent.claims.filter(state__in=SHOWN_STATES, slot__ends_at__gt=now - PAST)
    for claim in claims.select_related("slot", "gig__client").order_by("slot__starts_at", "pk"):
        calendar.add_component(_event(claim, site))
    return bytes(calendar.to_ical())


def _event(claim: Claim, site: str) -> Event:
    is_off = claim.state in OFF
    event = Event()
    event.add("uid", f"{claim.pk}@{site}")
    event.add("dtstamp", claim.updated_at)
    event.add("last-modified", claim.updated_at)
    event.add("sequence", 1 if is_off else 0)
    event.add("dtstart", claim.slot.starts_at)
    event.add("dtend", claim.slot.ends_at)
    event.add("summary", f"{claim.gig.title}, {claim.gig.client}")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    return event
