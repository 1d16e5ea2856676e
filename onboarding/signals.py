"""Signals of onboarding, sent inside the transaction of the change."""

from django.dispatch import Signal

#: An agent became cleared to work. Sent once each time; provides `agent`.
agent_cleared = Signal()

#: A cleared agent's clearance was looked at, after a change of the profile or the level. Provides
#: `agent` and the moment `at`.
clearance_settled = Signal()

#: A cleared agent lost the clearance. Provides `agent`.
agent_suspended = Signal()

#: The payout provider sent a signed webhook event that is new. Provides `event_id`, `kind`,
#: `reference` (the id or our key of its object), `body_hash` and the moment `at`.
provider_event_received = Signal()
