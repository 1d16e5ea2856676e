"""Let in a colleague who lost their second factor."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import contacts, services
from accounts.models import User
from hitouch.core.errors import Refusal


class Command(BaseCommand):
    """`manage.py break_glass meera@example.com --why "Her phone was stolen"`."""

    help = (
        "Make a token that stands in for a lost second factor, once, within an hour. "
        "The colleague and all admins are told."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, and why."""
        parser.add_argument("contact", help="E-mail address or phone number.")
        parser.add_argument("--why", required=True, help="Stands in the audit record.")

    def handle(self, *args: object, **options: Any) -> None:
        """Make the token and print it once."""
        try:
            contact = contacts.parse(options["contact"])
            user = User.objects.with_contact(contact).first()
            if user is None:
                raise CommandError("There is no account with this contact.")
            token = services.make_break_glass(user=user, why=options["why"], at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("To be typed after the password, where the authenticator's code goes.")
        self.stdout.write("Good once, for one hour, and not shown again:")
        self.stdout.write(f"  {token}")
