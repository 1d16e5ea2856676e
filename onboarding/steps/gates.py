"""The gates an agent passes on the way to work, each read from its rows and from nothing else."""

from django.conf import settings
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.errors import Refusal
from onboarding.models import AgreementTemplate, Employment, KycCase

TITLES = {
    "contact": "Email and mobile number",
    "profile": "Profile",
    "kyc": "Documents",
    "assessment": "Language assessment",
    "agreements": "Agreements",
}
HINTS = {
    "contact": "Verify both so that we can reach you and you can sign agreements.",
    "profile": "Your personal details, address, skills and work preferences.",
    "agreements": "Read and sign your agreements with a code sent to your phone or email.",
}


def contact_is_verified(agent: Agent) -> bool:
    """Both the e-mail address and the phone number were confirmed by a code."""
    return bool(agent.user.email_verified_at and agent.user.phone_verified_at)


def person_is_complete(agent: Agent) -> bool:
    """The first page of the profile: who the agent is and where the agent lives."""
    told = (agent.name, agent.birth_on, agent.current_address, agent.permanent_address)
    return all(told)


def work_is_complete(agent: Agent) -> bool:
    """The second page: when, with what skills and schooling."""
    if not (agent.shift and agent.hours_a_day and agent.skills and agent.languages):
        return False
    return Employment.objects.filter(agent=agent).exists() and agent.qualifications.exists()


def profile_is_complete(agent: Agent) -> bool:
    """Both pages and the photo."""
    return agent.photo_id is not None and person_is_complete(agent) and work_is_complete(agent)


def documents_are_approved(agent: Agent) -> bool:
    """A reviewer has approved all documents and nothing has run out since."""
    return KycCase.objects.filter(agent=agent, state=KycCase.State.APPROVED).exists()


def level_is_sufficient(agent: Agent) -> bool:
    """The graded level reaches the platform's floor; a test that was voided leaves no level."""
    return bool(agent.level) and agent.level >= settings.HITOUCH_LEVEL_FLOOR


def unsigned_agreements(agent: Agent) -> list[AgreementTemplate]:
    """The texts in force that the agent has not signed in exactly this version."""
    signed = set(agent.signatures.values_list("template_id", flat=True))
    in_force = AgreementTemplate.objects.in_force()
    return [template for template in in_force if template.pk not in signed]


def agreements_are_signed(agent: Agent) -> bool:
    """Each kind of agreement has a text in force and the agent has signed it."""
    in_force = {template.kind: template.pk for template in AgreementTemplate.objects.in_force()}
    if set(in_force) != set(AgreementTemplate.Kind.values):
        return False
    signed = agent.signatures.filter(template_id__in=in_force.values())
    return signed.values("template_id").distinct().count() == len(in_force)


#: In the order in which they open. The keys are the steps' keys.
GATES = {
    "contact": contact_is_verified,
    "profile": profile_is_complete,
    "kyc": documents_are_approved,
    "assessment": level_is_sufficient,
    "agreements": agreements_are_signed,
}


def first_open(agent: Agent) -> str | None:
    """The key of the first gate that is not passed, or None when all are."""
    return next((key for key, passed in GATES.items() if not passed(agent)), None)


class StepNotOpen(Refusal):
    """An earlier step is not done."""

    code = "step_not_open"
    message = "Complete an earlier step first."

    def __init__(self, *, open_key: str) -> None:
        self.open_key = open_key
        self.members = {"open_step": open_key, "url": reverse("onboarding:next")}
        super().__init__(f"Complete this step first: {TITLES[open_key].lower()}.")


def require(agent: Agent, *, step: str) -> None:
    """Refuse unless every step before this one is done; a step nobody knows is never open."""
    if step not in TITLES:
        raise LookupError(f"there is no step {step!r}")
    for key, passed in GATES.items():
        if key == step:
            return
        if not passed(agent):
            raise StepNotOpen(open_key=key)
