"""When an agent was cleared for work, and until when."""

from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel


class Clearing(BaseModel):
    """One period of clearance. Whether the steps are complete is read from their own rows."""

    agent = models.ForeignKey(Agent, related_name="clearings", on_delete=models.CASCADE)
    cleared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_clearing", fields=["agent"], condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent.name} since {self.cleared_at:%Y-%m-%d}"
