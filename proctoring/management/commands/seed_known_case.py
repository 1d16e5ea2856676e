"""Put a sitting of an invented person into the queue, to measure reviewers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hitouch.core.errors import Refusal
from proctoring.models import ReviewCase, Sitting
from proctoring.trust.known_cases import seed_known_case


class Command(BaseCommand):
    """Seed a known case."""

    help = "Puts a graded sitting of an invented person into the queue of reviewers."

    def add_arguments(self, parser: CommandParser) -> None:
        """The sitting, and how it should be decided."""
        parser.add_argument("sitting", help="ID of the sitting.")
        parser.add_argument("verdict", choices=ReviewCase.Verdict.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed the case, or say why not."""
        sitting = Sitting.objects.filter(pk=options["sitting"]).first()
        if sitting is None:
            raise CommandError("There is no sitting with this ID.")
        try:
            case = seed_known_case(sitting=sitting, verdict=options["verdict"], at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Case {case.pk} is in the queue.")
