"""One agent at each onboarding step, and work for staff. Import only after Django's set-up."""

from itertools import pairwise
from typing import Any

from django.utils import timezone

from accounts.consents import services as consents
from accounts.models import Agent, Consent, User
from hitouch.demo import people
from onboarding.demo import agents as demo_agents
from onboarding.models import (
    AccountTest,
    AgreementTemplate,
    KycCase,
    KycHeldPicture,
    LooseWord,
    Signature,
)
from onboarding.payees import services as payees
from onboarding.profile import services as profile
from onboarding.steps import gates

CASES = 4


def agents() -> list[tuple[str, Agent]]:
    """(open step, agent) for each step; the last one is cleared and has a bank account."""
    found = [_agent("contact", phone=None)]
    found += [_agent_at(step, upto=done) for done, step in pairwise(gates.GATES)]
    cleared = Agent.objects.select_related("user").get(user__email=people.RAVI.email)
    maker = User.objects.get(email=people.MAKER.email)
    number = "501004321001"
    demo_agents.add_bank_account(agent=cleared, finance=maker, now=timezone.now(), number=number)
    return [*zip(gates.GATES, found, strict=True), ("home", cleared)]


def fill_staff_queues() -> None:
    """Fill the staff queues: documents, a picture to mask, a bank account, unlisted terms."""
    now = timezone.now()
    for number in range(CASES):
        agent = _agent_at(f"waiting-{number}", upto="profile")
        demo_agents.send_documents(agent=agent, now=now)
    held = _agent_at("held", upto="profile")
    wall = {"upload": demo_agents.picture("a wall"), "last_four": "4321"}
    demo_agents.save_document(agent=held, kind="AADHAAR_BACK", now=now, **wall)
    profile.save_work(
        agent=held,
        by=held.user,
        at=now,
        **demo_agents.WORK | {"skills": ["Pickling", "Kite repair"]},
    )
    known = _agent_at("account", upto="kyc")
    payees.save_bank_account(
        agent=known, by=known.user, at=now, holder_name=known.name, ifsc="HDFC0001234",
        account_number="5010012345671111",
    )  # fmt: skip


def ids() -> dict[str, list[str]]:
    """Primary keys that can stand in the URLs of the API, by kind."""
    kinds: dict[str, Any] = {
        "cases": KycCase, "held": KycHeldPicture, "words": LooseWord, "tests": AccountTest,
        "signatures": Signature, "texts": AgreementTemplate,
    }  # fmt: skip
    return {name: [str(pk) for pk in rows.objects.values_list("pk", flat=True)[:20]]
            for name, rows in kinds.items()}  # fmt: skip


def _agent_at(step: str, *, upto: str) -> Agent:
    reviewer = User.objects.get(email=people.MEERA.email)
    arguments = {"reviewer": reviewer, "now": timezone.now(), "upto": upto}
    return demo_agents.clear_agent(agent=_agent(step), **arguments)


def _agent(name: str, **changes: Any) -> Agent:
    now, number = timezone.now(), Agent.objects.count()
    facts: dict[str, Any] = {"phone": f"+91987654{number:04d}"} | changes
    user = User(
        email=f"at-{name}@example.com", email_verified_at=now, status=User.Status.ACTIVE,
        phone_verified_at=now if facts["phone"] else None, **facts,
    )  # fmt: skip
    user.set_password(people.PASSWORD)
    user.save()
    consents.give_required(user=user, at=now, where=Consent.Where.PAGE)
    return Agent.objects.create(user=user, given_name="Tara", family_name=f"Sen {name.title()}")
