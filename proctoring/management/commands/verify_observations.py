"""`manage.py verify_observations [SITTING …]`: check the hash chains of observations."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from proctoring.models import Sitting
from proctoring.observations.queries import first_break


class Command(BaseCommand):
    """Checks that no observation was changed, put in or taken out."""

    help = "Check the hash chains of the observations of all sittings, or of those named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The sittings."""
        parser.add_argument("sittings", nargs="*", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check; raise `CommandError` with every chain that is broken, and where."""
        sittings = Sitting.objects.filter(begun_at__isnull=False).order_by("created_at")
        if options["sittings"]:
            sittings = sittings.filter(pk__in=options["sittings"])
        broken, checked = [], 0
        for sitting in sittings.iterator():
            checked += 1
            if (number := first_break(sitting)) is not None:
                broken.append(f"{sitting.pk}: observation {number}")
        if broken:
            raise CommandError("\n".join(["Changed, missing or added:", *broken]))
        self.stdout.write(f"{checked} sittings: all observations are as they were recorded.")
