"""To-dos on the agent's dashboard: requested changes, work to submit, gigs to begin."""

from django.urls import reverse

from gigs.engagements import queries as gig_queries
from gigs.models import Gig, Work
from onboarding.dashboard.panels import Contribution, DashboardRequest, ToDo, Urgency

MAX_GIGS = 5


def contribution(request: DashboardRequest, works: list[Work]) -> Contribution:
    """One to-do of each kind, naming the first gig and the number of others."""
    reworks = [work for work in works if work.needs_rework]
    gigs = list(gig_queries.gigs_needing_action(request.agent, now=request.now)[:MAX_GIGS])
    done = [gig for gig in gigs if gig.is_done]  # type: ignore[attr-defined]
    begun = [gig for gig in gigs if not gig.is_done]  # type: ignore[attr-defined]
    todos = [_rework_todo(reworks), _submit_work_todo(done), _claim_shift_todo(begun)]
    return Contribution(tuple(todo for todo in todos if todo))


def _others_text(count: int) -> str:
    """Text for the number of further ones."""
    return f" And {count - 1} more." if count > 1 else ""


def _rework_todo(works: list[Work]) -> ToDo | None:
    if not works:
        return None
    gig, url = works[0].gig, reverse("gigs:work", args=[works[0].pk])
    text = f"{gig.client} has requested changes to “{gig.title}”.{_others_text(len(works))}"
    title = "Changes requested"
    return ToDo("rework", Urgency.ASKED, title, text, "View changes", url, "warn")


def _submit_work_todo(gigs: list[Gig]) -> ToDo | None:
    if not gigs:
        return None
    text = f"“{gigs[0].title}”, {gigs[0].client}. You will be paid once it is approved."
    url, title = reverse("gigs:gig", args=[gigs[0].pk]), "Submit your work"
    return ToDo(
        "hand_in", Urgency.HAND_IN, title, text + _others_text(len(gigs)), "Submit work", url
    )


def _claim_shift_todo(gigs: list[Gig]) -> ToDo | None:
    if not gigs:
        return None
    text = f"{gigs[0].client} has accepted you for “{gigs[0].title}”."
    url, title = reverse("gigs:gig", args=[gigs[0].pk]), "Claim your first shift"
    return ToDo(
        "take_hours", Urgency.ASKED, title, text + _others_text(len(gigs)), "View shifts", url
    )
