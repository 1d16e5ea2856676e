"""Admin of agents with their onboarding steps."""

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
    """Agents with the current state of their onboarding steps."""

    readonly_fields = ("onboarding_steps",)

    def get_fields(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        """Show the steps first."""
        return ["onboarding_steps", *super().get_fields(request, obj)]

    @admin.display(description="Onboarding steps")
    def onboarding_steps(self, agent: Agent) -> SafeString:
        """One line per step, the open one with its hint."""
        lines = [
            (step.title, step.state, f": {step.hint}" if step.hint else "")
            for step in steps.steps_for(agent, timezone.now())
        ]
        return format_html_join("", "<div>{} ({}){}</div>", lines)
