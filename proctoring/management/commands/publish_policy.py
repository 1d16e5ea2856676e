"""`manage.py publish_policy FILE --note TEXT`: publish a new version of the monitoring rules."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hitouch.core.files.yaml_files import load_yaml
from proctoring.policies import services
from proctoring.policies.defaults import as_json


class Command(BaseCommand):
    """Publishes the rules of a file. Sittings that have begun keep their own version."""

    help = "Publish a new version of the monitoring rules. Try it out first with replay_policy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what is new."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--note", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish; raise `CommandError` with what is wrong."""
        try:
            rules = as_json(load_yaml(options["file"]))
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        try:
            policy = services.publish_policy(
                rules=rules, note=options["note"], by=None, at=timezone.now()
            )
        except services.PolicyUnreadable as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Published as version {policy.number}.")
