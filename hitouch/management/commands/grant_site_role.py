"""`manage.py grant_site_role ROLE`: the database rights of the site's programs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hitouch.management import site_role


class Command(BaseCommand):
    """Run as the owner of the tables, after each `migrate`; idempotent."""

    help = "Give an existing database role the rights that the site's programs need, and no more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The name of the role."""
        parser.add_argument("role")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant and revoke."""
        site_role.grant(options["role"])
        self.stdout.write(f"{options['role']} may read and write, and only add to the audit log.")
