"""DRF permission for a step, the counterpart of `decorators.on_step`."""

from rest_framework.request import Request

from accounts.permissions import IsAgent, agent_of
from onboarding.steps import gates


class OnStep(IsAgent):
    """Agents who completed all steps before this one. Create it with `OnStep.of(step)`."""

    step = ""

    def admits(self, request: Request) -> bool:
        """Raise 409 `step_not_open` instead of a 403 if an earlier step is incomplete."""
        if not super().admits(request):
            return False
        gates.require(agent_of(request), step=self.step)
        return True

    @classmethod
    def of(cls, step: str) -> type["OnStep"]:
        """The permission class of a step."""
        return type("OnThisStep", (cls,), {"step": step})
