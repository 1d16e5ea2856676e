"""Management command: a one-time token for a colleague who lost their second factor."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import contacts
from accounts.mfa import break_glass
from accounts.models import User
from hitouch.core.errors import Refusal


class Command(BaseCommand):
    """`manage.py break_glass meera@example.com --why "Her phone was stolen"`."""

    help = (
        "Create a single-use token, valid for an hour, in place of a lost second factor. "
        "The colleague and all admins are notified."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The colleague's contact and the reason."""
        parser.add_argument("contact", help="Email address or mobile number.")
        parser.add_argument("--why", required=True, help="Reason, for the audit log.")

    def handle(self, *args: object, **options: Any) -> None:
        """Create the token and print it once."""
        try:
            contact = contacts.parse(options["contact"])
            user = User.objects.with_contact(contact).first()
            if user is None:
                raise CommandError("There is no account with this contact.")
            token = break_glass.make_break_glass(user=user, why=options["why"], at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Enter this after the password, in place of the authenticator app code.")
        self.stdout.write("It works once, within one hour, and is not shown again:")
        self.stdout.write(f"  {token}")
