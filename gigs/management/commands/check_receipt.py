"""`manage.py check_receipt FILE`: check the receipt of an opening; exit code 1 if it is wrong."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gigs.slots import receipt_check


class Command(BaseCommand):
    """Checks a downloaded receipt by itself; it reads nothing of the database."""

    help = "Check that a receipt is unchanged, and that seats were given by its rule."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; raise `CommandError` when there is anything."""
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        if found := receipt_check.check_file(data):
            raise CommandError("\n".join(found))
        self.stdout.write("The receipt is unchanged, and seats were given by its rule.")
