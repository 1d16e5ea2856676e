"""States of what one person in finance proposes and another approves or rejects."""

from django.db import models

from hitouch.core.db.state_machine import StateMachine


class ProposalState(models.TextChoices):
    """States of a proposal."""

    PROPOSED = "PROPOSED", "To be approved"
    APPROVED = "APPROVED", "Approved"
    REJECTED = "REJECTED", "Rejected"


proposal_machine = StateMachine(
    start=ProposalState.PROPOSED,
    edges={ProposalState.PROPOSED: [ProposalState.APPROVED, ProposalState.REJECTED]},
)
