"""`manage.py check_money`: check the money; exit code 1 if an invariant is broken."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments.integrity import invariants, services
from payments.ledger import checks


class Command(BaseCommand):
    """Checks every invariant of the money, and the chain of the ledger.

    A broken one also raises the alarm and stops all sending, unless --read-only is given: then
    nothing is written, as for a copy of the database.
    """

    help = "Check that books, payments, payouts, tax and work agree, and that none was changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is written, and what is accepted after a restore."""
        parser.add_argument("--read-only", action="store_true", help="Only print what is broken.")
        parser.add_argument(
            "--accept-restore",
            action="store_true",
            help="An older backup was restored: accept that the ledger ends before its anchors.",
        )
        parser.add_argument("--why", default="", help="The reason; needed for --accept-restore.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the check; raise `CommandError` with what was found."""
        now = timezone.now()
        if options["accept_restore"]:
            if not options["why"]:
                raise CommandError("Say --why the database was restored.")
            checks.accept_restore(by=None, at=now, why=options["why"])
        found = [str(row) for row in invariants.check_money()]
        if not options["read_only"]:
            services.run_check(at=now)
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("The money is in order.")
