"""Keeping an agent's programs on the open step, as `views.guard` keeps the pages."""

from rest_framework.request import Request

from accounts.permissions import IsAgent, agent_of
from onboarding.steps import gates


class OnStep(IsAgent):
    """Agents who have done every step before this one; name it with `OnStep.of`."""

    step = ""

    def admits(self, request: Request) -> bool:
        """Refuses by itself with 409 `step_not_open`, so that it is not taken for a 403."""
        if not super().admits(request):
            return False
        gates.require(agent_of(request), step=self.step)
        return True

    @classmethod
    def of(cls, step: str) -> type["OnStep"]:
        """A permission for this step and for whoever has passed it."""
        return type("OnThisStep", (cls,), {"step": step})
