"""What agents bring to a match, kept in one row each, so that a client can rank all of them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel


class MatchProfile(BaseModel):
    """The facts of one agent that a match compares, in terms of the vocabulary.

    A service writes it anew when the profile or the clearance changes, and once a day. `level` is
    empty while the agent may not work: nobody is ranked without one.
    """

    agent = models.OneToOneField(Agent, related_name="match_profile", on_delete=models.CASCADE)
    level = models.CharField(max_length=2, blank=True)
    #: Words in lower case, as `gigs.opportunities.matching` compares them.
    skills = ArrayField(models.CharField(max_length=60), default=list)
    languages = ArrayField(models.CharField(max_length=60), default=list)
    qualifications = ArrayField(models.CharField(max_length=200), default=list)
    domains = ArrayField(models.CharField(max_length=20), default=list)
    months = models.PositiveSmallIntegerField(default=0)
    #: Stated proficiency by skill and language, as a `Candidate` has it.
    fluency = models.JSONField(default=dict)
    #: When the agent last changed anything: of equal agents, the latest come first.
    changed_at = models.DateTimeField()
    refresh_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                name="match_profile_latest",
                fields=["-changed_at", "agent"],
                include=["level"],
                condition=Q(level__gt=""),
            ),
            GinIndex(
                name="match_profile_words",
                fields=["skills", "languages"],
                condition=Q(level__gt=""),
                fastupdate=False,
            ),
            models.Index(name="match_profile_due", fields=["refresh_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id}, {self.level or 'not cleared'}"
