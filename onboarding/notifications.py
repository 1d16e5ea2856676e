"""Notices to agents, with or without attachments, and taking back those not sent yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import Agent
from accounts.notices import services as notices
from hitouch.core.models import StoredFile


def notify(
    agent: Agent, *, template: str, at: datetime, contacts: Sequence[str] = (), **context: object
) -> None:
    """Tell the agent something; `contacts` if it has to reach all of them."""
    notify_with_files(agent, template=template, at=at, files=(), contacts=contacts, context=context)


def cancel_notification(agent: Agent, *, template: str, at: datetime) -> None:
    """Take back notices of this template that are written for a later moment."""
    notices.withdraw_unposted(user=agent.user, kind=f"onboarding/{template}", at=at)


def notify_with_files(
    agent: Agent,
    *,
    template: str,
    at: datetime,
    files: Sequence[StoredFile],
    context: Mapping[str, object],
    contacts: Sequence[str] = (),
) -> None:
    """Tell the agent something, with files attached to the mail."""
    notices.notify(
        user=agent.user,
        kind=f"onboarding/{template}",
        context={"name": agent.given_name or agent.name, **context},
        at=at,
        contacts=contacts,
        attachments=files,
    )
