"""The only judge of where an agent stands: which step is open, and what may be done at all."""

from datetime import datetime

from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.steps import Step
from onboarding.assessment.queries import assessment_hint, assessment_url
from onboarding.kyc import waiting_times
from onboarding.kyc.digilocker import client as digilocker_client
from onboarding.models import KycCase
from onboarding.profile.queries import profile_url
from onboarding.steps import gates
from onboarding.steps.gates import HINTS, TITLES
from proctoring import queries as proctoring_queries

CASE_HINTS: dict[str, str] = {
    KycCase.State.IN_REVIEW: "Your documents are under review.",
    KycCase.State.REJECTED: "Your documents need changes. Correct them and submit again.",
    KycCase.State.PARTIAL: "Add the remaining documents and submit them.",
    KycCase.State.EXPIRED: "Your documents have expired. Upload new ones.",
}


def steps_for(agent: Agent, now: datetime) -> list[Step]:
    """All steps in their order: done ones, the open one, later ones.

    A step behind the open one counts as later even when its own gate is passed.
    """
    current = gates.first_open(agent)
    found, state = [], "done"
    for key, title in TITLES.items():
        if key == current:
            found.append(_open_step(key, agent, now))
            state = "later"
        else:
            url = _url_of(key, agent, now) if state == "done" else ""
            found.append(Step(key, title, "done" if state == "done" else "later", url))
    return found


def _open_step(key: str, agent: Agent, now: datetime) -> Step:
    url, hint = _url_of(key, agent, now), _hint(key, agent, now)
    return Step(key, TITLES[key], "open", url, hint, _waits(key, agent))


def next_step(agent: Agent, now: datetime) -> Step | None:
    """The open step, or None when the agent has done them all."""
    key = gates.first_open(agent)
    return _open_step(key, agent, now) if key else None


def url_of_open(agent: Agent, now: datetime) -> str:
    """Where the agent goes on: the open step, or home."""
    step = next_step(agent, now)
    return step.url if step else reverse("onboarding:home")


PAGES = {
    "contact": "accounts:contacts",
    "kyc": "onboarding:documents",
    "agreements": "onboarding:agreements",
}


def _url_of(key: str, agent: Agent, now: datetime) -> str:
    if key == "profile":
        return profile_url(agent)
    if key == "assessment":
        return assessment_url(agent, now)
    return reverse(PAGES[key])


def _hint(key: str, agent: Agent, now: datetime) -> str:
    if key == "kyc":
        return _documents_hint(agent, now)
    if key == "assessment":
        return assessment_hint(agent)
    if key == "agreements":
        return _agreements_hint(agent)
    return HINTS[key]


def _documents_hint(agent: Agent, now: datetime) -> str:
    case = KycCase.objects.filter(agent=agent).first()
    if case is None or case.state not in CASE_HINTS:
        ways = "with DigiLocker or photos" if digilocker_client.digilocker() else "with photos"
        return f"Verify your Aadhaar and PAN {ways}."
    hint = CASE_HINTS[case.state]
    return f"{hint} {waiting_times.expected_wait_text(case, now)}" if case.can_be_decided else hint


def _waits(key: str, agent: Agent) -> bool:
    """Whether the agent has done their part and a colleague has the word."""
    if key == "kyc":
        return KycCase.objects.filter(agent=agent).waiting().exists()
    if key == "assessment":
        sitting = proctoring_queries.latest_sitting(agent)
        return sitting is not None and sitting.state in sitting.ENDED
    return False


def _agreements_hint(agent: Agent) -> str:
    """Who has signed before is told which text is new, and why it is asked for."""
    signed = set(agent.signatures.values_list("kind", flat=True))
    new = [text for text in gates.unsigned_agreements(agent) if text.kind in signed]
    if not new:
        return HINTS["agreements"]
    names = " and ".join(f"{text.title.lower()}, version {text.version}" for text in new)
    return f"New version to sign: {names}. Please sign it before your next shift."
