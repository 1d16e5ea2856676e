"""Onboarding steps as shown to the agent: state, URL and hint of each, and the open step."""

from datetime import datetime

from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.steps import Step
from onboarding.assessment.queries import assessment_hint, assessment_url
from onboarding.kyc import queries
from onboarding.kyc import queries as kyc_queries
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
    """All steps in order: done, open, later.

    A step after the open one is "later" even if it is complete itself.
    """
    current = gates.first_open(agent)
    steps, state = [], "done"
    for key, title in TITLES.items():
        if key == current:
            steps.append(_open_step(key, agent, now))
            state = "later"
        else:
            url = _step_url(key, agent, now) if state == "done" else ""
            steps.append(Step(key, title, "done" if state == "done" else "later", url))
    return steps


def _open_step(key: str, agent: Agent, now: datetime) -> Step:
    url, hint = _step_url(key, agent, now), _step_hint(key, agent, now)
    return Step(key, TITLES[key], "open", url, hint, _waits_for_staff(key, agent))


def next_step(agent: Agent, now: datetime) -> Step | None:
    """The open step, or None if all are complete."""
    key = gates.first_open(agent)
    return _open_step(key, agent, now) if key else None


def open_step_url(agent: Agent, now: datetime) -> str:
    """URL of the open step, or of the home page."""
    step = next_step(agent, now)
    return step.url if step else reverse("onboarding:home")


PAGES = {
    "contact": "accounts:contacts",
    "kyc": "onboarding:documents",
    "agreements": "onboarding:agreements",
}


def _step_url(key: str, agent: Agent, now: datetime) -> str:
    if key == "profile":
        return profile_url(agent)
    if key == "assessment":
        return assessment_url(agent, now)
    return reverse(PAGES[key])


def _step_hint(key: str, agent: Agent, now: datetime) -> str:
    if key == "kyc":
        return _documents_hint(agent, now)
    if key == "assessment":
        return assessment_hint(agent)
    if key == "agreements":
        return _agreements_hint(agent)
    return HINTS[key]


def _documents_hint(agent: Agent, now: datetime) -> str:
    case = KycCase.objects.filter(agent=agent).first()
    if case is not None and case.is_open and (about_file := _upload_hint(case)):
        return about_file
    if case is None or case.state not in CASE_HINTS:
        ways = "with DigiLocker or photos" if digilocker_client.digilocker() else "with photos"
        return f"Verify your Aadhaar and PAN {ways}."
    hint = CASE_HINTS[case.state]
    return f"{hint} {queries.expected_wait_text(case, now)}" if case.can_be_decided else hint


def _upload_hint(case: KycCase) -> str:
    """What the agent has to do about an uploaded file, or that it is being read."""
    uploads = kyc_queries.shown_uploads(case)
    for upload in uploads:
        if upload.needs_password:
            return f"A file is locked: {upload.title}. Enter its password."
        if upload.is_refused:
            return f"Upload this again: {upload.title}. {upload.message}"
    return "We are reading your documents." if uploads else ""


def _waits_for_staff(key: str, agent: Agent) -> bool:
    """Whether the agent has done their part and staff have to act."""
    if key == "kyc":
        return KycCase.objects.filter(agent=agent).waiting().exists()
    if key == "assessment":
        sitting = proctoring_queries.latest_sitting(agent)
        return sitting is not None and sitting.is_pending
    return False


def _agreements_hint(agent: Agent) -> str:
    """For agents who signed before: which new version to sign, and by when."""
    signed = set(agent.signatures.values_list("kind", flat=True))
    new = [text for text in gates.unsigned_agreements(agent) if text.kind in signed]
    if not new:
        return HINTS["agreements"]
    names = " and ".join(f"{text.title.lower()}, version {text.version}" for text in new)
    return f"New version to sign: {names}. Please sign it before your next shift."
