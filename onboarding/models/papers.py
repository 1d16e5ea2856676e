"""What follows a signature or a new text: the sealed paper, and telling everybody."""

from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q

from hitouch.core.leases import LeasedQuerySet
from hitouch.core.models import StoredFile
from hitouch.core.rows import Row
from onboarding.models.agreements import AgreementTemplate, Signature


class PaperQuerySet(LeasedQuerySet["SignedPaper"]):
    """Papers as sentences."""

    def unsealed(self) -> "PaperQuerySet":
        """Still to be made."""
        return self.filter(sealed_at=None)

    def unfinished(self) -> "PaperQuerySet":
        """What a worker has to make: the papers that are not sealed."""
        return self.unsealed()


class SignedPaper(Row):
    """The sealed PDF of one signature: due from the moment of signing, made by a worker.

    Made from the signature's row alone, so that it can be made again after any crash. Once it is
    sealed the file never changes.
    """

    signature = models.OneToOneField(Signature, related_name="paper", on_delete=models.PROTECT)
    bundle = models.UUIDField(default=uuid4, db_index=True, help_text="Signed with one code.")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    certificate = models.TextField(blank=True, help_text="PEM; checks this paper for ever.")
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    sealed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)

    #: Waits before the second, third … try. The last one is repeated: no paper is given up.
    WAITS: ClassVar = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]

    objects = PaperQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="paper_due", fields=["next_try_at"], condition=Q(sealed_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                name="sealed_paper_is_whole",
                condition=Q(sealed_at=None, file=None, sha256="")
                | Q(sealed_at__isnull=False, file__isnull=False)
                & ~Q(sha256="")
                & ~Q(certificate=""),
            ),
            models.UniqueConstraint(
                name="paper_known_once", fields=["sha256"], condition=~Q(sha256="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sealed_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.sealed_at IS NOT NULL AND "
                    "(OLD.signature_id, OLD.file_id, OLD.sha256, OLD.certificate, OLD.sealed_at) "
                    "IS DISTINCT FROM "
                    "(NEW.signature_id, NEW.file_id, NEW.sha256, NEW.certificate, NEW.sealed_at)"
                ),
            ),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Paper of {self.signature_id}"


class TextNews(Row):
    """That everybody who signed an older version is told of a new one; how far that has come."""

    template = models.OneToOneField(
        AgreementTemplate, related_name="news", on_delete=models.PROTECT
    )
    told_up_to = models.UUIDField(null=True, help_text="The last agent, in the order of their ids.")
    told = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"News of {self.template}"
