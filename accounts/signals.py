"""What this app announces to those above it."""

from django.dispatch import Signal

#: Somebody set the first password: `agent` is the new Agent. Sent by `accounts.Agent`.
agent_joined = Signal()
