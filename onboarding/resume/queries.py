"""Queries of resume."""

from accounts.models import Agent
from onboarding.models import ResumeProposal


def resume_proposal_of(agent: Agent) -> ResumeProposal | None:
    """What was read from a résumé and waits to be confirmed."""
    return ResumeProposal.objects.filter(agent=agent).first()
