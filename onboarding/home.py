"""What onboarding itself has to say on an agent's home page, and the whole of that page."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts import services as accounts
from accounts.models import Agent
from hitouch.core.steps import Step
from onboarding import queries, services, steps
from onboarding.dashboard import Empty, Line, Panel, Place, Share, ToDo, Urgency, Visit, arranged
from onboarding.queries import Clearance


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
    visit = Visit(agent, now, clearance, queries.standing_of(agent, now))
    closing = accounts.open_closing(agent.user)
    found = arranged(visit, _share(visit, way))
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
    if found := queries.clearance_behind_gates(agent):
        return found
    services.settle_clearance(agent=agent, at=now)
    return queries.clearance_of(agent)


def _share(visit: Visit, way: list[Step]) -> Share:
    step = next((step for step in way if step.state == "open"), None)
    todos = [_open_step(step), _account(visit, step)]
    return Share(tuple(todo for todo in todos if todo), (_standing(visit, way),))


def _open_step(step: Step | None) -> ToDo | None:
    if step is None:
        return None
    action = "See where it stands" if step.waits else "Go on"
    return ToDo(step.key, Urgency.STEP, step.title, step.hint, action, step.url)


def _account(visit: Visit, step: Step | None) -> ToDo | None:
    """No account is needed before the first payment, but its test and its wait take a day."""
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None and step and not step.waits:
        return None
    if standing is None:
        text = "We need an account before the first payment. Testing it takes a day."
        title = "Say where your money goes"
        return ToDo("bank_account", Urgency.PREPARE, title, text, "Add an account", url)
    if standing.tone != "bad":
        return None
    title = "Your payments are stopped" if standing.freeze else "Your account could not be verified"
    return ToDo("bank_account", Urgency.MONEY, title, standing.sentence, "See it", url, "bad")


def _standing(visit: Visit, way: list[Step]) -> Panel:
    """What the agent has shown us, and where each thing stands."""
    done = {step.key: step for step in way if step.state == "done"}
    proofs = [_proof(done[key]) for key in ("kyc", "agreements") if key in done]
    url = reverse("onboarding:agreements" if "agreements" in done else "onboarding:next")
    link = "Your signed agreements" if "agreements" in done else "Go on with the open step"
    known = bool(proofs or visit.account)
    return Panel(
        Place.STANDING,
        "Where you stand",
        url,
        link,
        lines=(_clearing(visit, way), *proofs, _payee(visit)) if known else (),
        empty=None if known else Empty(NOTHING_SHOWN, "Go on with the open step", url),
    )


NOTHING_SHOWN = "What you have shown us: your documents, what you signed, where your money goes."


def _clearing(visit: Visit, way: list[Step]) -> Line:
    if visit.clearance:
        at, note = visit.clearance.cleared_at, "You may take work."
        return Line(
            "clearance", "Clearance", note, state="CLEARED", word="Cleared", tone="good", at=at
        )
    done = sum(step.state == "done" for step in way)
    note = f"{done} of {len(way)} steps are done. You may take work after the last one."
    return Line("clearance", "Clearance", note, state="OPEN", word="Not yet", tone="info")


PROVEN = {"kyc": ("Your documents", "Approved"), "agreements": ("Your agreements", "Signed")}


def _proof(step: Step) -> Line:
    title, word = PROVEN[step.key]
    return Line(step.key, title, url=step.url, state="DONE", word=word, tone="good")


def _payee(visit: Visit) -> Line:
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None:
        note = "There is none yet. Your money goes there."
        return Line("bank_account", "Your account", note, url, "NONE", "Not given")
    title = f"{standing.account.get_kind_display()} {standing.account.masked}"
    tone, word = standing.tone, standing.label
    return Line("bank_account", title, standing.sentence, url, standing.state, word, tone)
