"""`manage.py journey`: smoke test of a running site, from sign-up to payment, over HTTP."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hitouch.demo import people
from hitouch.journey import cast as journey_cast
from hitouch.journey import steps as journey_steps
from hitouch.journey.client import Report, StepFailed

BANK = Path("proctoring") / "item_bank" / "data"
SIX_DIGITS = re.compile(r"\b\d{6}\b")
ROLES = {
    "member": people.ORCHID,
    "reviewer": people.REVIEWER,
    "proctor": people.PROCTOR,
    "grader": people.GRADER,
    "maker": people.MAKER,
    "checker": people.CHECKER,
}


class Command(BaseCommand):
    """`manage.py journey`, or `manage.py journey --base-url https://hitouch.example`."""

    help = (
        "Run all flows from sign-up to payout on a running site, with the time of each step. "
        "Users other than the demo's come from JOURNEY_MEMBER, _REVIEWER, _PROCTOR, _GRADER, "
        "_MAKER and _CHECKER, each as “contact password TOTP-secret”."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The site, the agent's contacts, and how codes are read."""
        parser.add_argument("--base-url", default=settings.BASE_URL, help="Default: %(default)s.")
        parser.add_argument("--email", default="", help="Of the new agent. Default: generated.")
        parser.add_argument("--phone", default="", help="Of the new agent. Default: generated.")
        parser.add_argument(
            "--ask",
            action="store_true",
            help="Prompt for codes instead of reading /dev/outbox.json.",
        )
        parser.add_argument("--answers", type=Path, default=BANK, help="The item bank's files.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all steps; exit non-zero when one fails."""
        base_url = options["base_url"].rstrip("/")
        require_answer(base_url)
        read_code = self._prompt_for_code if options["ask"] else outbox_reader(base_url)
        report = Report(say=self.stdout.write)
        contacts = {"email": options["email"], "phone": options["phone"]}
        try:
            who = journey_cast.newcomer(read_code, options["answers"], **contacts)
            cast = journey_cast.Cast(**{role: login_of(role) for role in ROLES})
            paid = journey_steps.whole_way(base_url, who, cast, report)
        except (StepFailed, OSError, httpx.HTTPError) as fault:
            raise CommandError(f"The journey failed. {fault}") from fault
        total = sum(report.milliseconds) / 1000
        steps = len(report.milliseconds)
        self.stdout.write(f"{steps} steps in {total:.1f} s; paid {paid['net_paise']} paise.")

    def _prompt_for_code(self, contact: str) -> str:
        return input(f"The code that {contact} got: ").strip()


def require_answer(base_url: str) -> None:
    """Raise CommandError when nothing listens at the URL; other errors belong to the steps."""
    try:
        httpx.get(f"{base_url}/livez", timeout=60)
    except httpx.ConnectError as fault:
        raise CommandError(
            f"Nothing answers at {base_url}: start `make run`, or name a site with --base-url."
        ) from fault
    except httpx.HTTPError:
        return


def login_of(role: str) -> journey_cast.CastLogin:
    """The log-in for a role, from the environment or the demo."""
    given = os.environ.get(f"JOURNEY_{role.upper()}", "").split()
    if given:
        return journey_cast.CastLogin(*given)
    person = ROLES[role]
    secret = person.totp_secret if person.has_factor else ""
    return journey_cast.CastLogin(person.email, people.PASSWORD, secret)


def outbox_reader(base_url: str) -> Callable[[str], str]:
    """A function that reads codes from the development outbox."""

    def read(contact: str) -> str:
        for _ in range(20):
            answer = httpx.get(f"{base_url}/dev/outbox.json", params={"to": contact})
            if answer.status_code != 200:
                raise StepFailed("there is no /dev/outbox.json here: run with --ask")
            newest = answer.json()["messages"][:1]
            found = SIX_DIGITS.search(newest[0]["body"]) if newest else None
            if found:
                return found.group()
            time.sleep(0.1)
        raise StepFailed(f"no code came to {contact}")

    return read
