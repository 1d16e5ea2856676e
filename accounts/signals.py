"""Signals that this app sends to the apps above."""

from django.dispatch import Signal

#: An account was created: `agent` is the new Agent. Sent by `accounts.Agent`.
agent_joined = Signal()

#: An account was suspended or closed: `user` cannot log in any more. Sent by `accounts.User`.
account_shut = Signal()
