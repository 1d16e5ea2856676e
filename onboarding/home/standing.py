"""What an agent has shown us, and where each thing stands."""

from django.urls import reverse

from hitouch.core.steps import Step
from onboarding.dashboard import DashboardRequest, Empty, Panel, PanelLine, PanelPosition


def standing(visit: DashboardRequest, way: list[Step]) -> Panel:
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
        empty=None if known else Empty(NOTHING_SHOWN, "Continue onboarding", url),
    )


NOTHING_SHOWN = "Your documents, agreements and bank account."


def _clearing(visit: DashboardRequest, way: list[Step]) -> PanelLine:
    if visit.clearance:
        at, note = visit.clearance.cleared_at, "You can take work."
        return PanelLine(
            "clearance", "Clearance", note, state="CLEARED", word="Cleared", tone="good", at=at
        )
    done = sum(step.state == "done" for step in way)
    note = f"{done} of {len(way)} steps completed. You can take work once all are done."
    return PanelLine("clearance", "Clearance", note, state="OPEN", word="Not yet", tone="info")


PROVEN = {"kyc": ("Your documents", "Approved"), "agreements": ("Your agreements", "Signed")}


def _proof(step: Step) -> PanelLine:
    title, word = PROVEN[step.key]
    return PanelLine(step.key, title, url=step.url, state="DONE", word=word, tone="good")


def _payee(visit: DashboardRequest) -> PanelLine:
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None:
        note = "Add one to receive payments."
        return PanelLine("bank_account", "Bank account", note, url, "NONE", "Not added")
    title = f"{standing.account.get_kind_display()} {standing.account.masked}"
    tone, word = standing.tone, standing.label
    return PanelLine("bank_account", title, standing.sentence, url, standing.state, word, tone)
