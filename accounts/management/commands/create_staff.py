"""Management command: create a staff account with roles and an authenticator app."""

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import contacts
from accounts.security.notifications import SecurityNotification, notify_admins
from accounts.staff import services as staff
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact


class Command(BaseCommand):
    """`manage.py create_staff meera@example.com --role admin`.

    The password is asked for, or read from STAFF_PASSWORD, so that no shell history holds it.
    """

    help = "Make a staff account with roles and an authenticator app, and print its set-up key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Contact, roles, and for test sites a fixed set-up key."""
        parser.add_argument("contact", help="Email address or phone number.")
        parser.add_argument("--role", action="append", default=[], dest="roles")
        parser.add_argument("--setup-key", default="", help="Base32; made when not given.")

    def handle(self, *args: object, **options: Any) -> None:
        """Read the password from the environment, or ask for it."""
        password = os.environ.get("STAFF_PASSWORD") or getpass.getpass("Password: ")
        self.make(options["contact"], password, options["roles"], setup_key=options["setup_key"])

    def make(
        self, contact: str, password: str, role_names: list[str], *, setup_key: str = ""
    ) -> None:
        """Apply the roles, create the account, print what is shown only once."""
        staff.apply_roles()
        try:
            created = staff.create_staff(
                contact=contacts.parse(contact),
                password=password,
                role_names=role_names,
                by=None,
                at=timezone.now(),
                setup_key=setup_key,
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        notify_admins(
            notification=SecurityNotification.ACCESS_BY_COMMAND,
            at=timezone.now(),
            who=mask_contact(created.user.contact),
        )
        self._print(created)

    def _print(self, created: staff.NewStaff) -> None:
        self.stdout.write(f"Made {created.user.contact}.")
        self.stdout.write("Add this to an authenticator app; it is not shown again:")
        self.stdout.write(f"  {created.setup_url}")
        self.stdout.write(f"  Set-up key: {created.setup_key}")
        self.stdout.write(f"  Recovery codes: {' '.join(created.recovery_codes)}")
