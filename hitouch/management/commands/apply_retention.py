"""End what had its time, now or only as a preview."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.privacy.retention import first_broken_proof
from hitouch.privacy import retention_runner


class Command(BaseCommand):
    """`manage.py apply_retention --dry-run`: what the night would do. Without it: do it now.

    Safe while the site runs, harmless twice, and begun again after it was killed.
    """

    help = "Apply hitouch/privacy/retention.yaml: remove or empty what had its time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to act, and in how large steps."""
        parser.add_argument("--dry-run", action="store_true", help="Only tell what is over.")
        parser.add_argument("--batch", type=int, default=retention_runner.BATCH)

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell it rule by rule; fail when one failed or a proof does not fit the others."""
        if (number := first_broken_proof()) is not None:
            raise CommandError(f"Proof {number} was changed, or the one before it is missing.")
        if options["dry_run"]:
            for rule in retention_runner.preview(now=timezone.now()):
                self.stdout.write(f"{rule.rule}: {rule.count} older than {rule.period}")
            return
        outcome = retention_runner.apply(now=timezone.now(), batch=options["batch"])
        for name, count in outcome.ended.items():
            self.stdout.write(f"{name}: {count} ended")
        if outcome.broken:
            raise CommandError(f"Failed, see the log: {', '.join(outcome.broken)}")
