"""`manage.py apply_retention`: applies the retention rules now, or previews them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.security.retention_proofs import first_broken_proof
from hitouch.privacy import retention_runner


class Command(BaseCommand):
    """Applies the retention rules now; with `--dry-run`, prints what the nightly run would do.

    Safe while the site runs, idempotent, and can be restarted after it was killed.
    """

    help = "Delete or empty the rows whose period in hitouch/privacy/retention.yaml is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Preview or not, and the batch size."""
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Print what would be deleted, and change nothing.",
        )
        parser.add_argument("--batch", type=int, default=retention_runner.BATCH)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the result by rule; fail when a rule failed or the chain of proofs is broken."""
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
