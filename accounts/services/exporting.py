"""Giving people a copy of what we know of them."""

import zipfile
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from accounts import audit, life
from accounts.limits import EXPORT
from accounts.models import User
from hitouch.core import files
from hitouch.core.crypto import SealBroken
from hitouch.core.personal import OwnFile

ABOUT = (
    "Everything HitouchCX holds about you. Times are in UTC. Money is in paise, with the amount in "
    "rupees beside it. Only the last four digits of document and bank account numbers are shown."
)
#: An archive of more would be a burden on both sides; what is left out is listed in it.
LARGEST_ARCHIVE = 100 * 1024 * 1024
IN_MEMORY = 5 * 1024 * 1024


def export_data(*, user: User, at: datetime) -> dict[str, Any]:
    """All of it as one document."""
    EXPORT.spend(f"{user.pk} data", at=at)
    audit.record(by=user, action="account.data_exported", on=user, at=at)
    return {"about": ABOUT, "made_at": at.isoformat(), **life.above().export(user)}


def export_files(*, user: User, at: datetime) -> IO[bytes]:
    """The files the person gave us, as a ZIP that is open at its beginning."""
    EXPORT.spend(f"{user.pk} files", at=at)
    audit.record(by=user, action="account.files_exported", on=user, at=at)
    archive: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as inside:
        left_out = _fill(inside, life.above().files(user))
        if left_out:
            inside.writestr("left-out.txt", "\n".join([LEFT_OUT, *left_out]))
    archive.seek(0)
    return archive


LEFT_OUT = (
    "These files could not be included (too large, or an error). Contact support to get them:"
)


def _fill(inside: zipfile.ZipFile, own: list[OwnFile]) -> list[str]:
    left_out, size = [], 0
    for file in own:
        size += file.stored.size
        try:
            if size > LARGEST_ARCHIVE:
                raise FileNotFoundError
            inside.writestr(file.place, files.read(file.stored))
        except (FileNotFoundError, SealBroken):
            left_out.append(file.place)
    return left_out
