"""Ratings of a gig by both sides, sealed until both are in or two weeks have passed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from gigs.models.opportunities import Gig
from gigs.models.triggers import immutable_columns
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.hash_chain import digest


class Rating(BaseModel):
    """What one side says about the other after a gig. Only its author sees it while it is sealed.

    `seal` is the digest of the rating and a nonce, made at submission; with the nonce, which is
    shown once the rating is open, anybody can check that nothing was changed meanwhile.
    """

    class Side(models.TextChoices):
        """Who rates."""

        AGENT = "AGENT", "Agent"
        CLIENT = "CLIENT", "Client"

    gig = models.ForeignKey(Gig, related_name="ratings", on_delete=models.PROTECT)
    side = models.CharField(max_length=10, choices=Side.choices)
    stars = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True, max_length=1000)
    nonce = models.CharField(max_length=32, editable=False)
    seal = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    submitted_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_why = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        triggers = [
            immutable_columns("gig", "side", "stars", "nonce", "seal", "by", "submitted_at")
        ]
        indexes = [
            models.Index(
                name="rating_newest",
                fields=["-created_at", "-id"],
                condition=Q(opened_at__isnull=False),
            ),
            models.Index(
                name="rating_sealed", fields=["submitted_at"], condition=Q(opened_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="one_rating_per_side", fields=["gig", "side"]),
            models.CheckConstraint(
                name="rating_of_one_to_five", condition=Q(stars__gte=1, stars__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gig}: {self.stars} of 5 by the {self.get_side_display().lower()}"

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    @property
    def shown_comment(self) -> str:
        """The comment, unless staff hid it."""
        return "" if self.hidden_at else self.comment

    def computed_seal(self) -> str:
        """The digest of what is stored now; another one than `seal` shows a change."""
        return digest([str(self.gig_id), self.side, self.stars, self.comment, self.nonce])

    @property
    def is_intact(self) -> bool:
        """Whether the rating is what was submitted."""
        return self.computed_seal() == self.seal
