"""Locking a person while something about them changes, so that of two at once one is first.

The order is the same everywhere, or two wait for each other: the account, then the test or the
work that it is about, then the agent, then what is the agent's. Locked are the rows, not their
keys: what is written meanwhile and only names the person, such as a note in the audit record,
waits for nobody.
"""

from uuid import UUID

from accounts.models import Agent, User
from hitouch.core.errors import Refusal


class AccountNotActive(Refusal):
    """The account is suspended or closed. Only told after the right password or code."""

    code = "account_not_active"
    status = 403
    message = "This account is not active. Contact support to find out why."


def lock_account(pk: UUID) -> User:
    """The account as it is now, locked until the transaction ends."""
    return User.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def lock_agent(pk: UUID) -> Agent:
    """The agent as they are now, with their account; only the agent's row is locked."""
    rows = Agent.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("user").get(pk=pk)


def lock_agent_row(agent: Agent) -> Agent:
    """The agent's row as it is now, held until the transaction ends."""
    return lock_agent(agent.pk)


def lock_active_agent(agent: Agent) -> Agent:
    """The same for what binds or pays the person: refused once the account is suspended."""
    held = lock_agent_row(agent)
    if not held.user.is_active:
        raise AccountNotActive
    return held
