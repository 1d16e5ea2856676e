"""Django's `createsuperuser`: creates a staff account with the role admin and a second factor."""

import getpass
import os
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.management.commands import create_staff


class Command(create_staff.Command):
    """`manage.py createsuperuser` is `manage.py create_staff <e-mail> --role admin`."""

    help = "Make a staff account with the role admin: short for `create_staff … --role admin`."

    def add_arguments(self, parser: CommandParser) -> None:
        """The arguments of Django's command that make sense for our accounts."""
        parser.add_argument("--email", default="", help="Email address; asked for when not given.")
        parser.add_argument(
            "--noinput", "--no-input", action="store_false", dest="interactive",
            help="Ask nothing: needs --email, and the password in DJANGO_SUPERUSER_PASSWORD.",
        )  # fmt: skip

    def handle(self, *args: object, **options: Any) -> None:
        """Ask for what is missing, then do what `create_staff` does."""
        interactive = options["interactive"]
        email = options["email"] or (input("Email address: ") if interactive else "")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if interactive and not password:
            password = getpass.getpass("Password: ")
        if not (email and password):
            raise CommandError("Give --email, and the password in DJANGO_SUPERUSER_PASSWORD.")
        self.make(email, password, ["admin"])
