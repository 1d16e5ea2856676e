"""What this app announces to those above it."""

from django.dispatch import Signal

#: Somebody set the first password: `agent` is the new Agent. Sent by `accounts.Agent`.
agent_joined = Signal()

#: An account was suspended or closed: `user` has no way in any more. Sent by `accounts.User`.
account_shut = Signal()
