"""Notifications of onboarding."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import Agent
from hitouch.core.models import StoredFile
from hitouch.core.outbox import services as outbox


def notify(agent: Agent, *, template: str, at: datetime, **context: object) -> None:
    """Mail the agent; without an address, an account that has only a phone is told on its pages."""
    notify_with_files(agent, template=template, at=at, files=(), context=context)


def cancel_notification(agent: Agent, *, template: str) -> None:
    """A mail to the agent that has not gone out yet is overtaken: it is not sent."""
    if agent.user.email:
        outbox.cancel_pending(contact=agent.user.email, template=f"onboarding/{template}")


def notify_with_files(
    agent: Agent,
    *,
    template: str,
    at: datetime,
    files: Sequence[StoredFile],
    context: Mapping[str, object],
) -> None:
    """The same with files attached."""
    if agent.user.email and agent.user.email_verified_at:
        known = {"name": agent.given_name or agent.name, **context}
        outbox.queue_mail(
            to=agent.user.email,
            template=f"onboarding/{template}",
            context=known,
            at=at,
            attachments=files,
        )
