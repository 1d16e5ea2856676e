"""Applications and submitted work on the agent's dashboard."""

from django.urls import reverse

from gigs.applications import queries as application_queries
from gigs.invitations import services as invitations
from gigs.models import AgentInvitation, Application, Work
from hitouch.core.web.badges import badge_tone
from hitouch.core.web.humanize import moment_text
from onboarding.dashboard.panels import (
    Contribution,
    DashboardRequest,
    EmptyState,
    Panel,
    PanelFigure,
    PanelLine,
    PanelPosition,
    ToDo,
    Urgency,
)

MAX_LINES = 3


def contribution(request: DashboardRequest, works: list[Work]) -> Contribution:
    """The panel of pending and recently answered applications and unsettled work."""
    applications = list(application_queries.newest_answers(request.agent)[:MAX_LINES])
    counts = application_queries.application_counts(request.agent)
    figures = (
        PanelFigure("pending", "Pending", count=counts.pending),
        PanelFigure("accepted", "Accepted", count=counts.accepted),
    )
    panel = Panel(
        PanelPosition.APPLICATIONS,
        "Applications and work",
        reverse("gigs:applications"),
        "View applications",
        figures=figures if applications else (),
        lines=(*map(_work, works), *map(_application, applications))[:MAX_LINES],
        empty=None if applications else _empty_state(request),
    )
    waiting = invitations.waiting_invitations(request.agent, now=request.now)
    todo = _invitation_todo(list(waiting[:2]))
    return Contribution(todos=(todo,) if todo else (), panels=(panel,))


def _invitation_todo(waiting: list[AgentInvitation]) -> ToDo | None:
    """The to-do to answer invitations: the next to expire."""
    if not waiting:
        return None
    first = waiting[0].opportunity
    more = " There are more." if len(waiting) > 1 else ""
    return ToDo(
        key="invitations",
        urgency=Urgency.ASKED,
        title=f"{first.client} invites you to apply",
        text=f"{first.title}. Answer by {moment_text(waiting[0].expires_at)}.{more}",
        action="View invitations",
        url=reverse("gigs:invitations"),
    )


def _application(row: Application) -> PanelLine:
    return PanelLine(
        key=str(row.pk),
        title=row.opportunity.title,
        note=str(row.opportunity.client),
        url=reverse("gigs:opportunity", args=[row.opportunity_id]),
        state=row.state,
        word=row.get_state_display(),
        tone=badge_tone(row.state),
        at=row.decided_at,
        due_at=row.opportunity.decide_by if row.is_pending else None,
    )


def _work(row: Work) -> PanelLine:
    return PanelLine(
        key=str(row.pk),
        title=row.gig.title,
        note=str(row.gig.client),
        url=reverse("gigs:work", args=[row.pk]),
        state=row.state,
        word=row.get_state_display(),
        tone=badge_tone(row.state),
        due_at=None if row.needs_rework else row.auto_approved_at,
    )


def _empty_state(request: DashboardRequest) -> EmptyState:
    if request.clearance:
        text = "No applications yet. Find an opportunity that suits you and apply."
        return EmptyState(text, "View opportunities", reverse("gigs:opportunities"))
    text = "You can apply once your onboarding is complete. You can browse opportunities now."
    return EmptyState(text, "View opportunities", reverse("gigs:opportunities"))
