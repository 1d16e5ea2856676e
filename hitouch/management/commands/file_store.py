"""`manage.py file_store`: whether database and private files match; reconcile, adopt, copy them."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.security import audit
from hitouch.core.data_protection import orphans, reconciliation
from hitouch.core.files import copying, identity
from hitouch.core.files.stores import private_store, store_at
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.monitoring import alarms

#: A progress line after so many objects.
EVERY = 1000


class Command(BaseCommand):
    """Works on the store of private files and the rows that belong to it.

    `check` tells whether both belong together, and how many files have no row. `reconcile` names
    rows without a file and files without a row. `copy` copies everything into another store.

    `--adopt` joins both on purpose: the next nights destroy files without rows again, up to the
    share in HITOUCH_ORPHANS_FEW and HITOUCH_ORPHANS_PERCENT.
    """

    help = "Check, reconcile, adopt or copy the private files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and how."""
        parser.add_argument(
            "action", nargs="?", default="check", choices=["check", "reconcile", "copy"]
        )
        parser.add_argument(
            "--adopt", action="store_true", help="check: join this database and these files."
        )
        parser.add_argument("--why", default="", help="The reason; needed for --adopt.")
        parser.add_argument(
            "--grace-minutes",
            type=int,
            default=int(reconciliation.GRACE.total_seconds() // 60),
            help="reconcile: leave out what is newer.",
        )
        parser.add_argument(
            "--delete-orphans",
            action="store_true",
            help="reconcile: delete the files without a row, if they are a small share.",
        )
        parser.add_argument(
            "--to", default="", help="copy: the other store, s3://bucket/prefix or file:///folder."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the result; raise `CommandError` when something does not match."""
        action = {"check": self._check, "reconcile": self._reconcile, "copy": self._copy}
        try:
            action[options["action"]](options)
        except StoreUnavailable:
            raise CommandError("The store of private files does not answer.") from None
        except identity.StoreMismatch as mismatch:
            raise CommandError(str(mismatch)) from None

    def _check(self, options: dict[str, Any]) -> None:
        lost, of = orphans.files_without_rows(), orphans.files_in_store()
        place = private_store().place
        self.stdout.write(f"{of} private files, {lost} of them without a row, in {place}.")
        if options["adopt"]:
            self._adopt(options["why"].strip(), lost)
        identity.require_match()
        self.stdout.write("The database and the private files belong together.")

    def _adopt(self, why: str, lost: int) -> None:
        if not why:
            raise CommandError("Say --why this database and these files belong together.")
        store = identity.adopt()
        new = {"why": why, "files_without_rows": lost}
        audit.record_event(by=None, action="files.adopted", on=store, at=timezone.now(), new=new)
        alarms.clear_alarm(orphans.STORE_ALARM)

    def _reconcile(self, options: dict[str, Any]) -> None:
        at, grace = timezone.now(), timedelta(minutes=options["grace_minutes"])
        report = reconciliation.compare(at=at, grace=grace)
        for row in report.rows_without_file:
            line = f"No file for the row {row.pk} ({row.purpose}, {row.created_at:%Y-%m-%d})."
            self.stdout.write(line)
        for each in report.files_without_row:
            self.stdout.write(f"No row for the file {each.name} ({each.modified_at:%Y-%m-%d}).")
        if options["delete_orphans"]:
            self._delete_orphans(report)
        self.stdout.write(
            f"{report.rows} rows, {len(report.rows_without_file)} of them without a file;"
            f" {report.objects} files, {len(report.files_without_row)} of them without a row."
        )
        if report.rows_without_file:
            raise CommandError("Files are missing: restore them from a backup of the store.")

    def _delete_orphans(self, report: reconciliation.FileReport) -> None:
        try:
            deleted = reconciliation.delete_files_without_row(report, at=timezone.now())
        except orphans.DestructionRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{deleted} files without a row deleted.")

    def _copy(self, options: dict[str, Any]) -> None:
        if not options["to"].startswith(("s3://", "file:///")):
            raise CommandError("Say --to s3://bucket/prefix or --to file:///folder.")
        target = store_at(options["to"])
        identity.require_match()
        if target.place == private_store().place:
            raise CommandError("That is the store of this site already.")
        try:
            count = copying.copy_all(private_store(), target, progress=self._print_progress)
        except copying.TargetInUse:
            raise CommandError(f"{target.place} is the store of another site.") from None
        self.stdout.write(
            f"{count.copied} files copied to {target.place}; {count.skipped} were there already."
        )

    def _print_progress(self, count: copying.CopyCount) -> None:
        if (count.copied + count.skipped) % EVERY == 0:
            self.stdout.write(f"{count.copied} copied, {count.skipped} there already …")
