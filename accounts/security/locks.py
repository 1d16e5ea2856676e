"""Row locks on accounts and agents, so that changes to one person run one after the other.

The order of locks is the same everywhere to avoid deadlocks: the account, then the sitting or the
work concerned, then the agent, then rows of the agent. The locks are `FOR NO KEY UPDATE`, so that
rows which only refer to the person, such as audit events, can be inserted meanwhile.
"""

from uuid import UUID

from accounts.models import Agent, User
from hitouch.core.errors import Refusal


class AccountNotActive(Refusal):
    """The account is suspended or closed. Only shown after the right password or code."""

    code = "account_not_active"
    status = 403
    message = "This account is not active. Contact support to find out why."


class LoginOutdated(Refusal):
    """The password was changed, or all sessions were ended, after the credentials were checked."""

    code = "log_in_again"
    status = 401
    message = "Your password or your sessions have just been changed. Log in again."


def lock_account(pk: UUID) -> User:
    """Read the account and lock it until the transaction ends."""
    return User.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def lock_for_login(user: User, *, stamp: str = "") -> User:
    """Lock an account before a session or a token is created for it.

    Refused unless it is active and unchanged since the credentials were checked: `user` is the
    instance they were compared with, `stamp` its stamp if that was in an earlier request.
    """
    locked = lock_account(user.pk)
    if not locked.is_active:
        raise AccountNotActive
    if locked.login_stamp != (stamp or user.login_stamp):
        raise LoginOutdated
    return locked


def lock_agent(pk: UUID) -> Agent:
    """Read the agent with their account; only the agent's row is locked."""
    rows = Agent.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("user").get(pk=pk)


def lock_agent_row(agent: Agent) -> Agent:
    """Read the agent's row again and lock it until the transaction ends."""
    return lock_agent(agent.pk)


def lock_active_agent(agent: Agent) -> Agent:
    """The same for acts that bind or pay the agent; refused unless the account is active."""
    locked = lock_agent_row(agent)
    if not locked.user.is_active:
        raise AccountNotActive
    return locked
