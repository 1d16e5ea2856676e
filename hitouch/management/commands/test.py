"""`manage.py test`: says that tests are run with pytest."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """`manage.py test`, which other Django projects have."""

    help = "Tells how to run the tests: `make fast`, or pytest."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept names of tests, as Django's command does."""
        parser.add_argument("labels", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fail, so that no script takes this for a passed test."""
        raise CommandError(
            "Tests run with pytest: type `make fast`, or for some of them "
            "`.venv/bin/python -m pytest accounts/tests` after `make install-dev`."
        )
