"""The cards gigs puts on an agent's home page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from accounts.models import Agent
from gigs import queries
from gigs.models import Application, Claim, Work
from onboarding.dashboard import Card


def for_agent(agent: Agent, now: datetime) -> list[Card]:
    """The running or next shift, work to change, applications that wait, new offers."""
    found = [_shift(agent, now), _rework(agent), _applications(agent), _offers(agent, now)]
    return [card for card in found if card]


def _shift(agent: Agent, now: datetime) -> Card | None:
    url = reverse("gigs:shifts")
    if running := queries.running_session(agent):
        text = f"{running.gig.title}, {running.gig.client}. Clock out when you finish."
        return Card("You are at work", text, url, "good")
    held = queries.claims_of(agent).filter(state=Claim.State.HELD).ahead(now)
    claim = held.order_by("slot__starts_at").first()
    if claim is None:
        return None
    when = date_format(timezone.localtime(claim.slot.starts_at), "D j M, g:i a")
    return Card("Your next shift", f"{claim.gig.title}: {when}.", url, "info")


def _rework(agent: Agent) -> Card | None:
    work = queries.works_of(agent).filter(state=Work.State.REWORK_NEEDED).first()
    if work is None:
        return None
    url = reverse("gigs:work", args=[work.pk])
    return Card("Changes asked for", f"{work.gig.client} asks for changes.", url, "warn")


def _applications(agent: Agent) -> Card | None:
    count = agent.applications.filter(state=Application.State.PENDING).count()
    if not count:
        return None
    word = "application waits" if count == 1 else "applications wait"
    text = f"{count} {word} for the client's answer."
    return Card("Your applications", text, reverse("gigs:applications"))


def _offers(agent: Agent, now: datetime) -> Card | None:
    applied = agent.applications.values("opportunity")
    level = queries.level_of(agent)
    count = queries.board(now=now, level=level).exclude(pk__in=applied).count()
    if not count:
        return None
    word = "opportunity is" if count == 1 else "opportunities are"
    text = f"{count} {word} open at your level."
    return Card("Find work", text, reverse("gigs:opportunities"), "info")
