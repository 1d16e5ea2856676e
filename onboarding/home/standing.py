"""What an agent has shown us, and where each thing stands."""

from django.urls import reverse

from hitouch.core.steps import Step
from onboarding.dashboard import DashboardRequest, Empty, Panel, PanelLine, PanelPosition


def standing(visit: DashboardRequest, way: list[Step]) -> Panel:
    """What the agent has shown us, and where each thing stands."""
    done = {step.key: step for step in way if step.state == "done"}
    proofs = [_proof(done[key]) for key in ("kyc", "agreements") if key in done]
    url = reverse("onboarding:agreements" if "agreements" in done else "onboarding:next")
    link = "Your signed agreements" if "agreements" in done else "Go on with the open step"
    known = bool(proofs or visit.account)
    return Panel(
        PanelPosition.STANDING,
        "Where you stand",
        url,
        link,
        lines=(_clearing(visit, way), *proofs, _payee(visit)) if known else (),
        empty=None if known else Empty(NOTHING_SHOWN, "Go on with the open step", url),
    )


NOTHING_SHOWN = "What you have shown us: your documents, what you signed, where your money goes."


def _clearing(visit: DashboardRequest, way: list[Step]) -> PanelLine:
    if visit.clearance:
        at, note = visit.clearance.cleared_at, "You may take work."
        return PanelLine(
            "clearance", "Clearance", note, state="CLEARED", word="Cleared", tone="good", at=at
        )
    done = sum(step.state == "done" for step in way)
    note = f"{done} of {len(way)} steps are done. You may take work after the last one."
    return PanelLine("clearance", "Clearance", note, state="OPEN", word="Not yet", tone="info")


PROVEN = {"kyc": ("Your documents", "Approved"), "agreements": ("Your agreements", "Signed")}


def _proof(step: Step) -> PanelLine:
    title, word = PROVEN[step.key]
    return PanelLine(step.key, title, url=step.url, state="DONE", word=word, tone="good")


def _payee(visit: DashboardRequest) -> PanelLine:
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None:
        note = "There is none yet. Your money goes there."
        return PanelLine("bank_account", "Your account", note, url, "NONE", "Not given")
    title = f"{standing.account.get_kind_display()} {standing.account.masked}"
    tone, word = standing.tone, standing.label
    return PanelLine("bank_account", title, standing.sentence, url, standing.state, word, tone)
