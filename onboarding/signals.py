"""What onboarding announces, inside the transaction that makes it true."""

from django.dispatch import Signal

#: The last gate closed: sent once for each time an agent becomes cleared. Carries `agent`.
agent_cleared = Signal()

#: A cleared agent lost the clearance, because a test was voided. Carries `agent`.
agent_suspended = Signal()
