"""Onboarding steps: titles, hints, and whether each is complete, computed from the database."""

from django.conf import settings
from django.db.models import Exists, OuterRef
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
    """Both the e-mail address and the phone number are verified."""
    return bool(agent.user.email_verified_at and agent.user.phone_verified_at)


def person_is_complete(agent: Agent) -> bool:
    """Names, date of birth and addresses of the profile."""
    required = (agent.name, agent.birth_on, agent.current_address, agent.permanent_address)
    return all(required)


def work_is_complete(agent: Agent) -> bool:
    """Work preferences, skills, languages, employment and qualifications of the profile."""
    if not (agent.shift and agent.hours_a_day and agent.skills and agent.languages):
        return False
    qualified = Exists(agent.qualifications.all())
    return Employment.objects.filter(qualified, agent=agent).exists()


def profile_is_complete(agent: Agent) -> bool:
    """All sections of the profile and the photo."""
    return agent.photo_id is not None and person_is_complete(agent) and work_is_complete(agent)


def documents_are_approved(agent: Agent) -> bool:
    """The documents are approved and have not expired."""
    return KycCase.objects.filter(agent=agent, state=KycCase.State.APPROVED).exists()


def level_is_sufficient(agent: Agent) -> bool:
    """The graded language level reaches the required minimum (`HITOUCH_LEVEL_FLOOR`)."""
    return bool(agent.level) and agent.level >= settings.HITOUCH_LEVEL_FLOOR


def unsigned_agreements(agent: Agent) -> list[AgreementTemplate]:
    """Agreements in force that the agent has not signed in this version."""
    signed = set(agent.signatures.values_list("template_id", flat=True))
    in_force = AgreementTemplate.objects.in_force()
    return [template for template in in_force if template.pk not in signed]


def agreements_are_signed(agent: Agent) -> bool:
    """The agent has signed the version in force of each kind of agreement."""
    signed = Exists(agent.signatures.filter(template=OuterRef("pk")))
    in_force = AgreementTemplate.objects.in_force().annotate(is_signed=signed)
    found = dict(in_force.values_list("kind", "is_signed"))
    return set(found) == set(AgreementTemplate.Kind.values) and all(found.values())


#: Completeness check of each step, in the order of the steps.
GATES = {
    "contact": contact_is_verified,
    "profile": profile_is_complete,
    "kyc": documents_are_approved,
    "assessment": level_is_sufficient,
    "agreements": agreements_are_signed,
}


#: Steps that come before an agent's first bank account.
BEFORE_ACCOUNT = ("contact", "profile", "kyc")


def first_open(agent: Agent) -> str | None:
    """Key of the first incomplete step, or None if all are complete."""
    return next((key for key, passed in GATES.items() if not passed(agent)), None)


class StepNotOpen(Refusal):
    """An earlier step is incomplete."""

    code = "step_not_open"
    message = "Complete an earlier step first."

    def __init__(self, *, open_key: str) -> None:
        self.open_key = open_key
        self.members = {"open_step": open_key, "url": reverse("onboarding:next")}
        super().__init__(f"Complete this step first: {TITLES[open_key].lower()}.")


def require(agent: Agent, *, step: str) -> None:
    """Refuse unless all steps before this one are complete. Unknown steps raise `LookupError`."""
    if step not in TITLES:
        raise LookupError(f"there is no step {step!r}")
    for key, passed in GATES.items():
        if key == step:
            return
        if not passed(agent):
            raise StepNotOpen(open_key=key)
