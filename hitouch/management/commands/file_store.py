"""`manage.py file_store`: whether the database matches the private files; `--adopt` makes it so."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.security import audit
from hitouch.core import alarms
from hitouch.core.data_protection import orphans
from hitouch.core.files import identity


class Command(BaseCommand):
    """Tells whether database and private files belong together, and how many files have no row.

    `--adopt` joins them on purpose: the next nights destroy files without rows again, up to the
    share in HITOUCH_ORPHANS_FEW and HITOUCH_ORPHANS_PERCENT.
    """

    help = "Check that the private files belong to this database; --adopt joins both on purpose."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Check only, or adopt for a reason."""
        parser.add_argument("--adopt", action="store_true", help="Join this database and files.")
        parser.add_argument("--why", default="", help="The reason; needed for --adopt.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the state; raise `CommandError` when they do not match."""
        lost, of = orphans.files_without_rows(), orphans.files_in_store()
        self.stdout.write(f"{of} private files, {lost} of them without a row.")
        if options["adopt"]:
            self._adopt(options["why"].strip(), lost)
        try:
            identity.require_match()
        except identity.StoreMismatch as mismatch:
            raise CommandError(str(mismatch)) from None
        self.stdout.write("The database and the private files belong together.")

    def _adopt(self, why: str, lost: int) -> None:
        if not why:
            raise CommandError("Say --why this database and these files belong together.")
        store = identity.adopt()
        new = {"why": why, "files_without_rows": lost}
        audit.record_event(by=None, action="files.adopted", on=store, at=timezone.now(), new=new)
        alarms.clear_alarm(orphans.STORE_ALARM)
