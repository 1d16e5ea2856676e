"""The agent's home page: onboarding's own contribution and the assembled page."""

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
from onboarding.steps import gates
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
        """Panels shown in full: before clearance only those with content."""
        return [panel for panel in self.panels if self.clearance or not panel.empty]

    @property
    def later(self) -> list[Panel]:
        """Empty panels before clearance, listed together as what comes later."""
        return [panel for panel in self.panels if panel.empty and not self.clearance]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)


def home_of(agent: Agent, now: datetime) -> Home:
    """One agent's home page at this moment."""
    all_steps = steps.steps_for(agent, now)
    clearance = _clearance(agent, now) if all(step.state == "done" for step in all_steps) else None
    visit = DashboardRequest(agent, now, clearance, payees_queries.account_status_of(agent, now))
    closing = privacy.open_closing(agent.user)
    content = build_dashboard(visit, _own_contribution(visit, all_steps))
    return Home(
        clearance=clearance,
        steps=all_steps,
        closes_at=closing.due_at if closing else None,
        first=content.first,
        others=content.others,
        panels=content.panels,
    )


def _clearance(agent: Agent, now: datetime) -> Clearance | None:
    """Grants clearance if the steps became complete by a change of settings."""
    if found := steps_queries.clearance_after_gates(agent):
        return found
    steps_services.settle_clearance(agent=agent, at=now)
    return steps_queries.clearance_of(agent)


def _own_contribution(visit: DashboardRequest, all_steps: list[Step]) -> Contribution:
    step = next((step for step in all_steps if step.state == "open"), None)
    todos = [todo_for_open_step(step), todo_for_account(visit, step)]
    return Contribution(tuple(todo for todo in todos if todo), (progress_panel(visit, all_steps),))


def progress_panel(visit: DashboardRequest, all_steps: list[Step]) -> Panel:
    """Panel with clearance, verified items and bank account."""
    done = {step.key: step for step in all_steps if step.state == "done"}
    proofs = [_verified_line(done[key]) for key in ("kyc", "agreements") if key in done]
    url = reverse("onboarding:agreements" if "agreements" in done else "onboarding:next")
    link = "Your signed agreements" if "agreements" in done else "Continue onboarding"
    known = bool(proofs or visit.account)
    return Panel(
        PanelPosition.STANDING,
        "Your status",
        url,
        link,
        lines=(_clearance_line(visit, all_steps), *proofs, _account_line(visit)) if known else (),
        empty=None if known else EmptyState(NOTHING_SHOWN, "Continue onboarding", url),
    )


def _clearance_line(visit: DashboardRequest, all_steps: list[Step]) -> PanelLine:
    if visit.clearance:
        at, note = visit.clearance.cleared_at, "You can take work."
        return PanelLine(
            "clearance", "Clearance", note, state="CLEARED", word="Cleared", tone="good", at=at
        )
    done = sum(step.state == "done" for step in all_steps)
    note = f"{done} of {len(all_steps)} steps completed. You can take work once all are done."
    return PanelLine("clearance", "Clearance", note, state="OPEN", word="Not yet", tone="info")


def _verified_line(step: Step) -> PanelLine:
    title, word = VERIFIED_ITEMS[step.key]
    return PanelLine(step.key, title, url=step.url, state="DONE", word=word, tone="good")


def _account_line(visit: DashboardRequest) -> PanelLine:
    url, status = reverse("onboarding:bank-account"), visit.account
    if status is None:
        note = "Add one to receive payments."
        return PanelLine("bank_account", "Bank account", note, url, "NONE", "Not added")
    title = f"{status.account.get_kind_display()} {status.account.masked}"
    tone, word = status.tone, status.label
    return PanelLine("bank_account", title, status.sentence, url, status.state, word, tone)


def todo_for_open_step(step: Step | None) -> ToDo | None:
    """To-do of the open step; if staff have to act, it only links to the status."""
    if step is None:
        return None
    action = "View status" if step.waits else "Continue"
    return ToDo(step.key, Urgency.STEP, step.title, step.hint, action, step.url)


def todo_for_account(visit: DashboardRequest, step: Step | None) -> ToDo | None:
    """To-do to add or correct the bank account. Verification takes a day, so suggest it early.

    Not before the documents are approved, as `payees.services.require_identity` says.
    """
    url, status = reverse("onboarding:bank-account"), visit.account
    if status is None and step and (not step.waits or step.key in gates.BEFORE_ACCOUNT):
        return None
    if status is None:
        text = "We need it before your first payment. Verification takes about a day."
        title = "Add your bank account"
        return ToDo("bank_account", Urgency.PREPARE, title, text, "Add bank account", url)
    if status.tone != "bad":
        return None
    title = "Your payments are on hold" if status.freeze else "We couldn't verify your bank account"
    return ToDo("bank_account", Urgency.MONEY, title, status.sentence, "View", url, "bad")
