"""Check that the books hold, for cron and for people: exit code 1 when they do not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import integrity


class Command(BaseCommand):
    """Print every fault in the books."""

    help = "Check that every entry balances and that books, payments and payouts agree."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is wrong, or that nothing is."""
        problems = integrity.check_books()
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("The books are in balance.")
