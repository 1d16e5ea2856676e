"""Where each agent stands on the way in, beside what else staff see of an agent."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.models import Agent
from accounts.staff.admin import AgentAdmin
from onboarding.dashboard import steps

admin.site.unregister(Agent)


@admin.register(Agent)
class AgentOnboardingAdmin(AgentAdmin):
    """Agents with their steps, as the one judge sees them now."""

    readonly_fields = ("way",)

    def get_fields(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        """The steps first."""
        return ["way", *super().get_fields(request, obj)]

    @admin.display(description="Onboarding steps")
    def way(self, agent: Agent) -> SafeString:
        """Each step on a line of its own; the open one with what it waits for."""
        lines = [
            (step.title, step.state, f": {step.hint}" if step.hint else "")
            for step in steps.steps_for(agent, timezone.now())
        ]
        return format_html_join("", "<div>{} ({}){}</div>", lines)
