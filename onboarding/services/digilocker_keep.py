"""Documents that were fetched and verified become the agent's documents, all or none."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Agent
from hitouch.core.errors import Refusal
from onboarding.models import KycDocument, KycSession
from onboarding.services import digilocker_papers as papers
from onboarding.services import guards
from onboarding.services.asked import AskedStillMissing
from onboarding.services.digilocker_ends import end
from onboarding.services.documents import DocumentsMissing, submit_documents
from onboarding.services.sourced import keep_aadhaar, keep_pan

State, Reason = KycSession.State, KycSession.Reason
SOURCE = KycDocument.Source.DIGILOCKER


@transaction.atomic
def keep_fetched(*, session_id: str | UUID, at: datetime) -> KycSession | None:
    """Put them in place and send them, if all that is needed is there now. Harmless twice."""
    fetched = KycSession.objects.filter(pk=session_id, state=State.FETCHED)
    owner = fetched.select_related("agent").first()
    if owner is None:
        return None
    agent = guards.lock(owner.agent)
    session = fetched.select_for_update(of=("self",)).first()
    if session is None:
        return None
    try:
        with transaction.atomic():
            _keep(agent, papers.read(session.fetched), at)
    except Refusal as refusal:
        end(session, to=State.FAILED, reason=Reason.NOT_KEPT, note=str(refusal)[:300], at=at)
    else:
        end(session, to=State.COMPLETED, at=at)
    return session


def _keep(agent: Agent, found: papers.Papers, at: datetime) -> None:
    by = agent.user
    if found.aadhaar:
        keep_aadhaar(agent=agent, aadhaar=found.aadhaar, source=SOURCE, by=by, at=at)
    if found.pan:
        keep_pan(agent=agent, pan=found.pan, source=SOURCE, by=by, at=at)
    with suppress(DocumentsMissing, AskedStillMissing):  # the page asks for it
        submit_documents(agent=agent, by=by, at=at)
