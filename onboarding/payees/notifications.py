"""Notifications about changes of a bank account, to all verified contacts."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Agent
from accounts.notices import queries as notice_queries
from hitouch.core.web.humanize import moment_text
from onboarding import notifications as onboarding_notifications
from onboarding.models import BankAccount

SALT = "onboarding.not-me"


def report_token(account: BankAccount) -> str:
    """Token of the mail's link. It can only put payments on hold."""
    return signing.dumps(str(account.pk), salt=SALT)


def notify_saved(account: BankAccount, *, previous: BankAccount | None, at: datetime) -> None:
    """Notify all verified contacts that payments will go to another account, and from when."""
    path = reverse("onboarding:not-me", args=[report_token(account)])
    usable_from = account.usable_from
    begins = moment_text(usable_from) if usable_from and usable_from > at else ""
    onboarding_notifications.notify(
        account.agent,
        template="bank_account_saved",
        at=at,
        account=account.masked,
        begins=begins,
        was=previous.masked if previous else "",
        link=f"{settings.BASE_URL}{path}",
        contacts=_verified_contacts(account.agent),
    )


def notify_held(account: BankAccount, *, at: datetime) -> None:
    """Notify all verified contacts that payments are on hold."""
    onboarding_notifications.notify(
        account.agent,
        template="payments_stopped",
        at=at,
        account=account.masked,
        contacts=_verified_contacts(account.agent),
    )


def _verified_contacts(agent: Agent) -> list[str]:
    user = agent.user
    found = (notice_queries.mail_address(user), notice_queries.phone_number(user))
    return [contact for contact in found if contact]
