"""An agent's home page: onboarding's own part, and those of the apps above."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Agent
from accounts.privacy import services as privacy
from hitouch.core.web.steps import Step
from onboarding.dashboard import steps
from onboarding.dashboard.panels import (
    Contribution,
    DashboardRequest,
    EmptyState,
    Panel,
    PanelLine,
    PanelPosition,
    ToDo,
    Urgency,
    build_dashboard,
)
from onboarding.payees import queries as payees_queries
from onboarding.steps import queries as steps_queries
from onboarding.steps import services as steps_services
from onboarding.steps.queries import Clearance

NOTHING_SHOWN = "Your documents, agreements and bank account."
VERIFIED_ITEMS = {
    "kyc": ("Your documents", "Approved"),
    "agreements": ("Your agreements", "Signed"),
}


@dataclass(frozen=True)
class Home:
    """Everything the page shows."""

    clearance: Clearance | None
    steps: list[Step]
    closes_at: datetime | None
    first: ToDo | None
    others: tuple[ToDo, ...]
    panels: tuple[Panel, ...]

    @property
    def step(self) -> Step | None:
        """The open step."""
        return next((step for step in self.steps if step.state == "open"), None)

    @property
    def shown(self) -> list[Panel]:
        """Panels of their own: for who is cleared also the empty ones, which teach."""
        return [panel for panel in self.panels if self.clearance or not panel.empty]

    @property
    def later(self) -> list[Panel]:
        """For who is on the way: what will be here, all of it in one place."""
        return [panel for panel in self.panels if panel.empty and not self.clearance]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)


def home_of(agent: Agent, now: datetime) -> Home:
    """One agent's home page at this moment."""
    way = steps.steps_for(agent, now)
    clearance = _clearance(agent, now) if all(step.state == "done" for step in way) else None
    visit = DashboardRequest(agent, now, clearance, payees_queries.account_status_of(agent, now))
    closing = privacy.open_closing(agent.user)
    found = build_dashboard(visit, _share(visit, way))
    return Home(
        clearance=clearance,
        steps=way,
        closes_at=closing.due_at if closing else None,
        first=found.first,
        others=found.others,
        panels=found.panels,
    )


def _clearance(agent: Agent, now: datetime) -> Clearance | None:
    """After a setting changed no act of anybody closed the last gate: then it is noted now."""
    if found := steps_queries.clearance_after_gates(agent):
        return found
    steps_services.settle_clearance(agent=agent, at=now)
    return steps_queries.clearance_of(agent)


def _share(visit: DashboardRequest, way: list[Step]) -> Contribution:
    step = next((step for step in way if step.state == "open"), None)
    todos = [todo_for_open_step(step), todo_for_account(visit, step)]
    return Contribution(tuple(todo for todo in todos if todo), (progress_panel(visit, way),))


def progress_panel(visit: DashboardRequest, way: list[Step]) -> Panel:
    """What the agent has shown us, and where each thing stands."""
    done = {step.key: step for step in way if step.state == "done"}
    proofs = [_proof(done[key]) for key in ("kyc", "agreements") if key in done]
    url = reverse("onboarding:agreements" if "agreements" in done else "onboarding:next")
    link = "Your signed agreements" if "agreements" in done else "Continue onboarding"
    known = bool(proofs or visit.account)
    return Panel(
        PanelPosition.STANDING,
        "Your status",
        url,
        link,
        lines=(_clearing(visit, way), *proofs, _payee(visit)) if known else (),
        empty=None if known else EmptyState(NOTHING_SHOWN, "Continue onboarding", url),
    )


def _clearing(visit: DashboardRequest, way: list[Step]) -> PanelLine:
    if visit.clearance:
        at, note = visit.clearance.cleared_at, "You can take work."
        return PanelLine(
            "clearance", "Clearance", note, state="CLEARED", word="Cleared", tone="good", at=at
        )
    done = sum(step.state == "done" for step in way)
    note = f"{done} of {len(way)} steps completed. You can take work once all are done."
    return PanelLine("clearance", "Clearance", note, state="OPEN", word="Not yet", tone="info")


def _proof(step: Step) -> PanelLine:
    title, word = VERIFIED_ITEMS[step.key]
    return PanelLine(step.key, title, url=step.url, state="DONE", word=word, tone="good")


def _payee(visit: DashboardRequest) -> PanelLine:
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None:
        note = "Add one to receive payments."
        return PanelLine("bank_account", "Bank account", note, url, "NONE", "Not added")
    title = f"{standing.account.get_kind_display()} {standing.account.masked}"
    tone, word = standing.tone, standing.label
    return PanelLine("bank_account", title, standing.sentence, url, standing.state, word, tone)


def todo_for_open_step(step: Step | None) -> ToDo | None:
    """The open step; when it waits for a colleague, that is said."""
    if step is None:
        return None
    action = "View status" if step.waits else "Continue"
    return ToDo(step.key, Urgency.STEP, step.title, step.hint, action, step.url)


def todo_for_account(visit: DashboardRequest, step: Step | None) -> ToDo | None:
    """No account is needed before the first payment, but its test and its wait take a day."""
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None and step and not step.waits:
        return None
    if standing is None:
        text = "We need it before your first payment. Verification takes about a day."
        title = "Add your bank account"
        return ToDo("bank_account", Urgency.PREPARE, title, text, "Add bank account", url)
    if standing.tone != "bad":
        return None
    title = (
        "Your payments are on hold" if standing.freeze else "We couldn't verify your bank account"
    )
    return ToDo("bank_account", Urgency.MONEY, title, standing.sentence, "View", url, "bad")
