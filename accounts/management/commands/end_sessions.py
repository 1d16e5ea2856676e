"""Management command: end the sessions of one user, or of all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.users import find_user
from accounts.sessions import services as sessions


class Command(BaseCommand):
    """`manage.py end_sessions asha@example.com --why "Lost phone"`, or `--all --why …`.

    Browsers and apps have to log in again. API keys of partners stay; they are revoked by name.
    """

    help = "Log one person out everywhere, or everybody with --all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose sessions, and the reason."""
        parser.add_argument("person", nargs="?", default="", help="Contact or id of the account.")
        parser.add_argument("--all", action="store_true", dest="everybody")
        parser.add_argument("--why", required=True, help="Goes into the audit record.")

    def handle(self, *args: object, **options: Any) -> None:
        """End them and print how many."""
        if bool(options["person"]) == options["everybody"]:
            raise CommandError("Name a person, or say --all, not both.")
        now, why = timezone.now(), options["why"]
        if options["everybody"]:
            ended = sessions.end_all_sessions(at=now, why=why)
        else:
            ended = sessions.end_sessions_of(user=find_user(options["person"]), at=now, why=why)
        self.stdout.write(f"Ended {ended.browsers} browsers and {ended.programs} programs.")
