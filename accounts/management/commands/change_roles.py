"""Management command: set the roles of a staff member, when there is no second admin."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import timezone

from accounts.management.users import find_user
from accounts.staff import services as staff
from hitouch.core.errors import Refusal


class Command(BaseCommand):
    """`manage.py change_roles meera@example.com --role finance --why "Joined finance"`.

    For whoever may run commands on the server. All admins are notified, and it is audited.
    """

    help = (
        "Set all roles of a staff member without a second person. All admins are notified. "
        "Two admins do it in the admin, under Users, Roles."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose roles, which, and why."""
        parser.add_argument("person", help="Contact or id of the account.")
        parser.add_argument("--role", action="append", default=[], dest="roles")
        parser.add_argument("--leaves", action="store_true", help="No staff account any more.")
        parser.add_argument("--why", required=True, help="Goes into the audit record.")

    def handle(self, *args: object, **options: Any) -> None:
        """Set them and print them."""
        user = find_user(options["person"])
        try:
            staff.change_roles(
                user=user,
                roles=options["roles"],
                stays_staff=not options["leaves"],
                by=None,
                at=timezone.now(),
                why=options["why"],
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except ProgrammingError as refused:
            raise CommandError(
                "The database role of the site may not change roles without a request: run this "
                "as the owner of the tables, like migrate."
            ) from refused
        self.stdout.write(f"Roles of {user}: {', '.join(options['roles']) or 'none'}.")
