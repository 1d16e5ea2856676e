"""The proposal from an agent's résumé."""

from accounts.models import Agent
from onboarding.models import ResumeProposal


def resume_proposal_of(agent: Agent) -> ResumeProposal | None:
    """The agent's proposal to be confirmed, or None."""
    return ResumeProposal.objects.filter(agent=agent).first()
