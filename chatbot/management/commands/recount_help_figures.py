"""`manage.py recount_help_figures --from DAY --to DAY`: compute the daily figures of Help again."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chatbot.analytics import services
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of


class Command(BaseCommand):
    """Computes days again, as the sweep of each night does with the last ones."""

    help = "Compute the daily figures of Help again, of days in India; both days are included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The range: the last nine days unless others are named."""
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute; say how many days were written and how many are final."""
        now = timezone.now()
        last: date = options["last"] or day_of(now)
        first: date = options["first"] or last - timedelta(days=services.RECENT_DAYS)
        try:
            written = services.compute_figures(first=first, last=last, now=now)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        kept = (last - first).days + 1 - written
        self.stdout.write(f"{written} days computed.")
        if kept:
            self.stdout.write(f"{kept} days kept: their conversations are anonymised.")
