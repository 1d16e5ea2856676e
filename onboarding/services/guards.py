"""What several services check before they change anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts import locks
from accounts.locks import AccountNotActive
from accounts.models import Agent
from hitouch.core import outbox
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from onboarding import rules


class FullAadhaarNumber(Refusal):
    """Twelve digits in a row: we neither ask for nor keep a whole Aadhaar number."""

    code = "full_aadhaar_number"
    status = 422
    message = (
        "This looks like a full Aadhaar number. Please remove it. We only need "
        "the last 4 digits, where we ask for them."
    )

    def __init__(self, *, field: str) -> None:
        super().__init__()
        self.field = field


def refuse_full_aadhaar(texts: Mapping[str, object]) -> None:
    """Refuse when one of the named inputs, however deep, holds a twelve-digit number."""
    for field, value in texts.items():
        if any(rules.holds_full_aadhaar(text) for text in _texts_in(value)):
            raise FullAadhaarNumber(field=field)


def _texts_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts_in(inner)]
    if isinstance(value, (list, tuple)):
        return [text for inner in value for text in _texts_in(inner)]
    return []


def lock(agent: Agent) -> Agent:
    """The agent's row as it is now, held until the transaction ends."""
    return locks.agent(agent.pk)


def lock_active(agent: Agent) -> Agent:
    """The same for what binds or pays the person: refused once the account is suspended."""
    held = lock(agent)
    if not held.user.is_active:
        raise AccountNotActive
    return held


def tell(agent: Agent, *, template: str, at: datetime, **context: object) -> None:
    """Mail the agent; without an address, an account that has only a phone is told on its pages."""
    send(agent, template=template, at=at, files=(), context=context)


def untell(agent: Agent, *, template: str) -> None:
    """A mail to the agent that has not gone out yet is overtaken: it is not sent."""
    if agent.user.email:
        outbox.drop(contact=agent.user.email, template=f"onboarding/{template}")


def send(
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
        outbox.mail(
            to=agent.user.email,
            template=f"onboarding/{template}",
            context=known,
            at=at,
            attachments=files,
        )
