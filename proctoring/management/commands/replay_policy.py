"""`manage.py replay_policy FILE|NUMBER [--days 30]`: what other rules would have done."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hitouch.core.files.yaml_files import load_yaml
from proctoring.models import MonitoringPolicy, Sitting
from proctoring.policies import replay, services
from proctoring.policies.rules import PolicyInvalid, Rules, read_rules

#: Digits of the number of a version.
LONGEST_NUMBER = 9


class Command(BaseCommand):
    """Compares each sitting of the last days under its own rules and under others."""

    help = "Show what another version of the monitoring rules would have done. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The other rules, and how far back to look."""
        parser.add_argument("rules", help="The number of a version, or a YAML file.")
        parser.add_argument("--days", type=int, default=30)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each sitting that would have gone another way, and the sums."""
        other = _read(options["rules"])
        since = timezone.now() - timedelta(days=options["days"])
        sittings = Sitting.objects.filter(begun_at__gte=since)
        sums = {"sittings": 0, "different": 0, "ended_now": 0, "ended_then": 0}
        for sitting in sittings.select_related("policy", "assessment").order_by("begun_at", "pk"):
            own = services.rules_of(sitting.policy)
            [found] = replay.compare([sitting], own=own, other=other)
            sums["sittings"] += 1
            sums["different"] += found.changes
            sums["ended_now"] += bool(found.own.ended_by)
            sums["ended_then"] += bool(found.other.ended_by)
            if found.changes:
                self.stdout.write(f"{sitting.pk}: {_words(found.own)} -> {_words(found.other)}")
        self.stdout.write(
            "{sittings} sittings, {different} different; ended by their own rules {ended_now}, "
            "by the others {ended_then}.".format(**sums)
        )


def _read(wanted: str) -> Rules:
    if wanted.isdecimal() and len(wanted) <= LONGEST_NUMBER:
        policy = MonitoringPolicy.objects.filter(number=int(wanted)).first()
        if policy is None:
            raise CommandError(f"There is no version {wanted}.")
        return services.rules_of(policy)
    try:
        return read_rules(load_yaml(Path(wanted)))
    except (OSError, PolicyInvalid, ValueError, yaml.YAMLError) as error:
        raise CommandError(f"The rules cannot be read: {error}") from error


def _words(found: replay.Replay) -> str:
    end = f", ended by observation {found.ended_by}" if found.ended_by else ""
    return f"{found.warnings} warnings, {found.points} points{end}"
