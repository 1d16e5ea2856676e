"""Searches that agents saved to be told of new work."""

from urllib.parse import urlencode

from django.db import models
from django.db.models import Q

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel


class SavedSearch(BaseModel):
    """A search of opportunities, with a mail a day about what is new in it."""

    agent = models.ForeignKey(Agent, related_name="saved_searches", on_delete=models.CASCADE)
    name = models.CharField(max_length=120)
    #: Parameters of the page of opportunities, as they were typed and found valid.
    asked = models.JSONField()
    is_mailed = models.BooleanField(default=True)
    #: The site's address when it was saved, for links in mails.
    site = models.CharField(max_length=200)
    #: What was published later is new.
    checked_at = models.DateTimeField()
    next_mail_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "saved searches"
        indexes = [
            models.Index(
                name="saved_search_due", fields=["next_mail_at", "id"], condition=Q(is_mailed=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(name="one_saved_search_of_a_kind", fields=["agent", "asked"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def query(self) -> str:
        """The query of the page with the same search."""
        return urlencode(self.asked)
