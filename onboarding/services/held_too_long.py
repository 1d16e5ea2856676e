"""Originals whose time is over: destroyed within a day, whoever forgot them."""

from datetime import datetime

from django.db import transaction

from hitouch.core import files
from hitouch.core.models import StoredFile
from onboarding.models import KycHeldPicture
from onboarding.services.held_pictures import PURPOSE, ask_for_another

End = KycHeldPicture.End


def destroy_held(*, at: datetime) -> int:
    """Destroy the originals whose time is over, and ask for new pictures. Harmless twice."""
    ended = 0
    for pk in KycHeldPicture.objects.out_of_time(at).values_list("pk", flat=True):
        with transaction.atomic():
            rows = KycHeldPicture.objects.out_of_time(at).select_for_update(of=("self",))
            row = rows.filter(pk=pk).first()
            if row is not None:
                ask_for_another(row, End.OUT_OF_TIME, by=None, at=at)
                ended += 1
    _destroy_stray(at)
    return ended


def _destroy_stray(at: datetime) -> None:
    """Originals that no row knows any more: a crash came between ending and destroying."""
    known = KycHeldPicture.objects.waiting().values("file")
    stray = StoredFile.objects.filter(purpose=PURPOSE, created_at__lte=at - KycHeldPicture.KEPT)
    for stored in list(stray.exclude(pk__in=known)):
        files.destroy(stored)
