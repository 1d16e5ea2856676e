"""Mail agents, with or without attachments, and cancel mails not sent yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import Agent
from hitouch.core.models import StoredFile
from hitouch.core.outbox import services as outbox


def notify(agent: Agent, *, template: str, at: datetime, **context: object) -> None:
    """Mail the agent if there is a verified address; otherwise only the pages inform them."""
    notify_with_files(agent, template=template, at=at, files=(), context=context)


def cancel_notification(agent: Agent, *, template: str) -> None:
    """Cancel mails of this template that have not been sent yet."""
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
    """Mail the agent with files attached."""
    if agent.user.email and agent.user.email_verified_at:
        known = {"name": agent.given_name or agent.name, **context}
        outbox.queue_mail(
            to=agent.user.email,
            template=f"onboarding/{template}",
            context=known,
            at=at,
            attachments=files,
        )
