"""Originals whose time is over: destroyed within a day, whoever forgot them."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from hitouch.core import files
from hitouch.core.models import StoredFile
from onboarding.models import KycHeldPicture
from onboarding.services.held_pictures import PURPOSE, HeldOver, ask_for_another, locked

End = KycHeldPicture.End


def destroy_held(*, at: datetime) -> int:
    """Destroy the originals whose time is over, and ask for new pictures. Harmless twice."""
    ended = 0
    for held in list(KycHeldPicture.objects.out_of_time(at).with_agent()):
        with suppress(HeldOver), transaction.atomic():
            ask_for_another(locked(held), End.OUT_OF_TIME, by=None, at=at)
            ended += 1
    _destroy_stray(at)
    return ended


def _destroy_stray(at: datetime) -> None:
    """Originals that no row knows any more: a crash came between ending and destroying."""
    known = KycHeldPicture.objects.waiting().values("file")
    stray = StoredFile.objects.filter(purpose=PURPOSE, created_at__lte=at - KycHeldPicture.KEPT)
    for stored in list(stray.exclude(pk__in=known)):
        files.destroy(stored)
