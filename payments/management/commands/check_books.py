"""`manage.py check_books`: check the ledger; exit code 1 if it is inconsistent."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments import integrity
from payments.ledger import checks, seals


class Command(BaseCommand):
    """Print every inconsistency of the ledger."""

    help = "Check that every entry balances and that books, payments and payouts agree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """After a restore: accept that the ledger ends earlier than its anchors say."""
        parser.add_argument("--accept-restore", action="store_true")
        parser.add_argument("--why", default="", help="required with --accept-restore")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks; raise `CommandError` with what was found."""
        if options["accept_restore"]:
            if not options["why"]:
                raise CommandError("Say --why the database was restored.")
            checks.accept_restore(by=None, at=timezone.now(), why=options["why"])
        problems = [*integrity.check_books(), *seals.findings()]
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("The books are in balance.")
