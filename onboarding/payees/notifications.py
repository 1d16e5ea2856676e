"""What an agent is told about where their money goes: changes by every way there is."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.outbox import services as outbox
from hitouch.core.web.humanize import moment_text
from onboarding import notifications as onboarding_notifications
from onboarding.models import BankAccount

SALT = "onboarding.not-me"


def report_token(account: BankAccount) -> str:
    """What stands in the link of a mail: it can stop payments and do nothing else."""
    return signing.dumps(str(account.pk), salt=SALT)


def notify_saved(account: BankAccount, *, was: BankAccount | None, at: datetime) -> None:
    """Tell every confirmed contact that money will go elsewhere, and from when."""
    path = reverse("onboarding:not-me", args=[report_token(account)])
    begins = account.usable_from if account.usable_from and account.usable_from > at else None
    onboarding_notifications.notify(
        account.agent,
        template="bank_account_saved",
        at=at,
        account=account.masked,
        begins=moment_text(begins) if begins else "",
        was=was.masked if was else "",
        link=f"{settings.BASE_URL}{path}",
    )
    context: dict[str, object] = {"account": account.masked}
    for phone in _phones(account.agent):
        outbox.queue_sms(to=phone, template="onboarding/bank_account_saved", context=context, at=at)


def notify_held(account: BankAccount, *, at: datetime) -> None:
    """Tell every confirmed contact that nothing is paid until somebody has talked to them."""
    onboarding_notifications.notify(
        account.agent, template="payments_stopped", at=at, account=account.masked
    )
    context: dict[str, object] = {"account": account.masked}
    for phone in _phones(account.agent):
        outbox.queue_sms(to=phone, template="onboarding/payments_stopped", context=context, at=at)


def _phones(agent: Agent) -> list[str]:
    user = agent.user
    return [user.phone] if user.phone and user.phone_verified_at else []
