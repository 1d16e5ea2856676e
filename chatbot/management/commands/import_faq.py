"""`manage.py import_faq FILE`: import a YAML or CSV file of FAQ entries as drafts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from chatbot.faq import interchange, services
from chatbot.models import FaqVersion
from hitouch.core.errors import Refusal


class Command(BaseCommand):
    """Imports all of a file or nothing; with --publish, publishes the drafts one by one."""

    help = "Import FAQ entries from a YAML or CSV file as drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, by whom, and whether drafts are published."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="", help="The contact of a member of support.")
        parser.add_argument("--publish", action="store_true", help="Publish all open drafts.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; raise `CommandError` with every fault."""
        by = User.objects.with_contact(options["by"]).first() if options["by"] else None
        if options["by"] and (by is None or not by.has_role("support")):
            raise CommandError("There is no member of support with this contact.")
        path: Path = options["file"]
        try:
            result = interchange.import_file(data=path.read_bytes(), name=path.name, by=by)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}") from error
        except Refusal as refusal:
            raise CommandError(f"Nothing was imported.\n{refusal}") from refusal
        self.stdout.write(str(result))
        if options["publish"]:
            self._publish(by)

    def _publish(self, by: User | None) -> None:
        refused = []
        drafts = FaqVersion.objects.filter(state=FaqVersion.State.DRAFT).select_related("entry")
        for version in drafts.order_by("entry__key"):
            try:
                services.publish(version=version, by=by, at=timezone.now())
                self.stdout.write(f"{version.entry.key}: published")
            except Refusal as refusal:
                refused.append(f"{version.entry.key}: {refusal}")
        if refused:
            raise CommandError("\n".join(["Some drafts were not published.", *refused]))
