"""URL and hint of the language assessment step."""

from datetime import datetime

from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.humanize import moment_text
from proctoring import queries as proctoring_queries
from proctoring.models import Sitting

HINT = "About an hour at a computer with a camera, in a quiet room."


def assessment_url(agent: Agent, now: datetime) -> str:
    """The assessment itself if the agent may take it now, else the page before it."""
    may_sit = proctoring_queries.open_sitting(agent) or proctoring_queries.open_invitation(
        agent, now
    )
    return reverse("proctoring:assessment" if may_sit else "onboarding:assessment")


def assessment_hint(agent: Agent) -> str:
    """Hint of the step: what to expect, or how the last attempt ended."""
    sitting = proctoring_queries.latest_sitting(agent)
    if sitting is None or sitting.is_open:
        return HINT
    if sitting.is_under_review:
        return review_text(sitting)
    if sitting.is_pending:
        return "Your answers are in. We are grading them."
    if sitting.counts:
        return f"Your result was {sitting.level}, which is below what we need."
    return "Your last test was not counted. See what you can do now."


def review_text(sitting: Sitting) -> str:
    """That a person reviews the result, and until when."""
    due = proctoring_queries.review_due(sitting)
    until = f", until {moment_text(due)}" if due else ""
    return f"Your result is being reviewed by a person{until}."
