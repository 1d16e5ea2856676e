"""`manage.py seed`: creates reference data, and in development the demo's people and gigs.

Idempotent: a second run adds only new future slots.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from hitouch import seeding
from hitouch.core import sandbox
from hitouch.core.data_protection import orphans
from hitouch.core.errors import Refusal


class Command(BaseCommand):
    """`manage.py seed`."""

    help = "Create reference data; in development also demo users and gigs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Identity of the file store and reference rows always, the demo only with DEBUG."""
        now = timezone.now()
        if not orphans.establish_store():
            self.stderr.write(
                "The private files do not belong to this database: see `manage.py file_store`."
            )
        with (
            sandbox.without_deadline()
        ):  # the first start of a loaded machine is slow, and no other
            seeding.reference(now=now)
            if settings.DEBUG:
                self._add_demo(now)
        self.stdout.write("Reference data is complete.")

    def _add_demo(self, now: datetime) -> None:
        """The site starts also when somebody who tried the demo closed what more is added to."""
        try:
            seeding.demo_data(now=now)
        except Refusal as refusal:
            self.stderr.write(f"Some demo data was not added, as the demo was changed: {refusal}")
