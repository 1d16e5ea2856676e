"""Management command: suspend or reactivate an account, also one with admin rights."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.users import find_user
from accounts.staff import services as staff
from hitouch.core.errors import Refusal


class Command(BaseCommand):
    """`manage.py suspend_account meera@example.com --why "Phone stolen"`, or `--reactivate`.

    For an emergency in which no second person is there. All admins are notified.
    """

    help = "Suspend or reactivate an account without a second person. All admins are notified."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose account, and why."""
        parser.add_argument("person", help="Contact or id of the account.")
        parser.add_argument("--reactivate", action="store_true")
        parser.add_argument("--why", required=True, help="Goes into the audit record.")

    def handle(self, *args: object, **options: Any) -> None:
        """Change the status and print it."""
        user = find_user(options["person"])
        act = staff.reactivate if options["reactivate"] else staff.suspend
        try:
            act(user=user, by=None, at=timezone.now(), why=options["why"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user}: {user.get_status_display()}.")
