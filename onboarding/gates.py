"""The gates an agent passes on the way to work, each read from its rows and from nothing else."""

from django.conf import settings

from accounts.models import Agent
from onboarding.models import AgreementTemplate, Employment, KycCase


def contact_is_verified(agent: Agent) -> bool:
    """Both the e-mail address and the phone number were confirmed by a code."""
    return bool(agent.user.email_verified_at and agent.user.phone_verified_at)


def person_is_told(agent: Agent) -> bool:
    """The first page of the profile: who the agent is and where the agent lives."""
    told = (agent.name, agent.birth_on, agent.current_address, agent.permanent_address)
    return all(told)


def work_is_told(agent: Agent) -> bool:
    """The second page: when, with what skills and schooling."""
    if not (agent.shift and agent.hours_a_day and agent.skills and agent.languages):
        return False
    return Employment.objects.filter(agent=agent).exists() and agent.qualifications.exists()


def profile_is_told(agent: Agent) -> bool:
    """Both pages and the photo."""
    return agent.photo_id is not None and person_is_told(agent) and work_is_told(agent)


def documents_are_approved(agent: Agent) -> bool:
    """A reviewer has approved all documents and nothing has run out since."""
    return KycCase.objects.filter(agent=agent, state=KycCase.State.APPROVED).exists()


def level_is_enough(agent: Agent) -> bool:
    """The graded level reaches the platform's floor; a test that was voided leaves no level."""
    return bool(agent.level) and agent.level >= settings.HITOUCH_LEVEL_FLOOR


def unsigned(agent: Agent) -> list[AgreementTemplate]:
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
    "profile": profile_is_told,
    "kyc": documents_are_approved,
    "assessment": level_is_enough,
    "agreements": agreements_are_signed,
}


def first_open(agent: Agent) -> str | None:
    """The key of the first gate that is not passed, or None when all are."""
    return next((key for key, passed in GATES.items() if not passed(agent)), None)
