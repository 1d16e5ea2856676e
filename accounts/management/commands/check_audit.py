"""`manage.py check_audit`: check the audit log; exit code 1 if it was changed or cut."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.security import audit, audit_check


class Command(BaseCommand):
    """Checks the chain of audit events, the retention proofs and their anchors.

    Faults also raise the alarm that the nightly check raises.
    """

    help = "Check that no audit event or retention proof was changed, moved, added or removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Anchors from the log, and what is accepted after a restore."""
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            help="A line audit.anchor of the log, as JSON; repeatable.",
        )
        parser.add_argument(
            "--accept-restore",
            action="store_true",
            help="An older backup was restored: set aside the anchor files that go beyond it.",
        )
        parser.add_argument("--why", default="", help="The reason; needed for --accept-restore.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; raise `CommandError` when there is anything."""
        if options["accept_restore"]:
            self._accept_restore(options["why"].strip())
        while audit.chain_events(at=timezone.now()):
            pass
        found = audit_check.check_audit(at=timezone.now(), extra=tuple(options["anchor"]))
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("The audit log is complete and unchanged.")

    def _accept_restore(self, why: str) -> None:
        if not why:
            raise CommandError("Say --why: which backup was restored, and when.")
        for name in audit_check.accept_restore(by=None, at=timezone.now(), why=why):
            self.stdout.write(f"Set aside: {name}")
