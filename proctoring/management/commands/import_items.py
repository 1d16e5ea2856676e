"""`manage.py import_items FILE --by EMAIL`: import a CSV file or a QTI 3 package as drafts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from proctoring.item_bank.interchange import services
from proctoring.item_bank.interchange.records import MAX_SHOWN, InvalidImport
from proctoring.item_bank.queries import AUTHORS


class Command(BaseCommand):
    """Imports all of a file or nothing. A second person reviews the drafts in the admin."""

    help = "Import items from a CSV file or a QTI 3 package as drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and who is the author of the drafts."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="The contact of an author.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; raise `CommandError` with every fault."""
        by = User.objects.with_contact(options["by"]).first()
        if by is None or not by.has_role(*AUTHORS):
            raise CommandError("There is no author with this contact.")
        try:
            data = options["file"].read_bytes()
            result = services.import_items(data=data, by=by, at=timezone.now())
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}") from error
        except InvalidImport as refusal:
            lines = [str(fault) for fault in refusal.faults[:MAX_SHOWN]]
            raise CommandError("\n".join(["Nothing was imported.", *lines])) from refusal
        self.stdout.write(str(result))
