"""Signals that this app sends to the apps above."""

from django.dispatch import Signal

#: An account was created: `agent` is the new Agent. Sent by `accounts.Agent`.
agent_joined = Signal()

#: An account was suspended or closed: `user` cannot log in any more. Sent by `accounts.User`.
account_shut = Signal()

#: A suspended account is active again: `user` can log in. Sent by `accounts.User`.
account_reopened = Signal()

#: An e-mail address or phone number was verified, added or replaced: `user`. By `accounts.User`.
contact_changed = Signal()
