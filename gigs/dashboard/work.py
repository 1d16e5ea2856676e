"""What an agent has to hand in, to change, or to begin."""

from django.urls import reverse

from gigs.models import Gig, Work
from gigs.queries import work as queries_work
from onboarding.dashboard.panels import Contribution, DashboardRequest, ToDo, Urgency

LOOKED_AT = 5


def share(visit: DashboardRequest, works: list[Work]) -> Contribution:
    """Changes that a client waits for, hours to be handed in, gigs without hours."""
    reworks = [work for work in works if work.needs_rework]
    gigs = list(queries_work.gigs_needing_action(visit.agent, now=visit.now)[:LOOKED_AT])
    done = [gig for gig in gigs if gig.is_done]  # type: ignore[attr-defined]
    begun = [gig for gig in gigs if not gig.is_done]  # type: ignore[attr-defined]
    found = [_rework(reworks), _hand_in(done), _begin(begun)]
    return Contribution(tuple(todo for todo in found if todo))


def _more(count: int) -> str:
    """What is said of the others of a kind."""
    return f" And {count - 1} more." if count > 1 else ""


def _rework(works: list[Work]) -> ToDo | None:
    if not works:
        return None
    gig, url = works[0].gig, reverse("gigs:work", args=[works[0].pk])
    text = f"{gig.client} has requested changes to “{gig.title}”.{_more(len(works))}"
    title = "Changes requested"
    return ToDo("rework", Urgency.ASKED, title, text, "View changes", url, "warn")


def _hand_in(gigs: list[Gig]) -> ToDo | None:
    if not gigs:
        return None
    text = f"“{gigs[0].title}”, {gigs[0].client}. You will be paid once it is approved."
    url, title = reverse("gigs:gig", args=[gigs[0].pk]), "Submit your work"
    return ToDo("hand_in", Urgency.HAND_IN, title, text + _more(len(gigs)), "Submit work", url)


def _begin(gigs: list[Gig]) -> ToDo | None:
    if not gigs:
        return None
    text = f"{gigs[0].client} has accepted you for “{gigs[0].title}”."
    url, title = reverse("gigs:gig", args=[gigs[0].pk]), "Claim your first shift"
    return ToDo("take_hours", Urgency.ASKED, title, text + _more(len(gigs)), "View shifts", url)
