"""Management command: erase an account after a request by post."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.users import find_user
from accounts.privacy import services as privacy
from hitouch.core.errors import Refusal


class Command(BaseCommand):
    """`manage.py erase_account <id or contact> --why "Letter of 3 May" [--close]`.

    Erases a closed account; with --close it closes an open one first, unless something blocks it.
    """

    help = "Erase a closed account: what need not stay by law is removed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose account, the reason, and whether to close it first."""
        parser.add_argument("person", help="Id of the account, or a contact of an open one.")
        parser.add_argument("--why", required=True, help="Goes into the audit record.")
        parser.add_argument("--close", action="store_true", help="Close it first, without grace.")

    def handle(self, *args: object, **options: Any) -> None:
        """Close the account if asked to, erase it, and print the result."""
        user, now, why = find_user(options["person"]), timezone.now(), options["why"]
        try:
            if options["close"]:
                privacy.close_now(user=user, at=now, why=why)
                user.refresh_from_db()
            privacy.erase_account(user=user, at=now, why=why)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Account {user.pk} is erased.")
