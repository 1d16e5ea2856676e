"""`manage.py check_books`: check the ledger; exit code 1 if it is inconsistent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import integrity


class Command(BaseCommand):
    """Print every inconsistency of the ledger."""

    help = "Check that every entry balances and that books, payments and payouts agree."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks; raise `CommandError` with what was found."""
        problems = integrity.check_books()
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("The books are in balance.")
