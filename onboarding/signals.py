"""Signals of onboarding, sent inside the transaction of the change."""

from django.dispatch import Signal

#: An agent became cleared to work. Sent once each time; provides `agent`.
agent_cleared = Signal()

#: A cleared agent lost the clearance. Provides `agent`.
agent_suspended = Signal()
