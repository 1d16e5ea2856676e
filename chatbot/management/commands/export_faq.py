"""`manage.py export_faq FILE`: write the published FAQ as a YAML or CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbot.faq import interchange, writing


class Command(BaseCommand):
    """Writes what is published, in the format of the file's ending."""

    help = "Write the published FAQ as a YAML file, or as CSV if the name ends so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Export; raise `CommandError` if the file cannot be written."""
        path: Path = options["file"]
        records = interchange.export_records()
        is_csv = path.suffix.lower() == ".csv"
        text = writing.as_csv(records) if is_csv else writing.as_yaml(records)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}") from error
        self.stdout.write(f"{sum(len(row.entries) for row in records)} entries.")
