"""`manage.py export_items FILE`: write the item bank, with keys, as CSV or as a QTI 3 package."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from proctoring.item_bank.interchange import services


class Command(BaseCommand):
    """Writes all items, or those named, into a file. The suffix decides: .csv or .zip."""

    help = "Export items with their keys: .csv as CSV, .zip as a QTI 3 package with clips."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the codes of the items."""
        parser.add_argument("file", type=Path)
        parser.add_argument("codes", nargs="*", help="Codes of items; all if there are none.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        file: Path = options["file"]
        as_package = file.suffix == ".zip"
        export = services.export_qti if as_package else services.export_csv
        file.write_bytes(export(options["codes"]))
        self.stdout.write(f"Written to {file}.")
