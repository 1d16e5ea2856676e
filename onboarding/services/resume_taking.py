"""What the person takes of a résumé becomes words of the profile's drafts."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import Agent, User
from hitouch.core.errors import Refusal
from onboarding import steps
from onboarding.models import ResumeProposal
from onboarding.services import guards
from onboarding.services.drafts import keep_draft


class NoProposal(Refusal):
    """Confirmed already, dropped, or too old."""

    code = "no_proposal"
    message = "Your résumé details have expired. Upload it again."


@transaction.atomic
def confirm_resume(
    *, agent: Agent, sections: Mapping[str, Mapping[str, str]], by: User, at: datetime
) -> list[str]:
    """Put what was confirmed over the drafts of these sections, for the person to save there."""
    held = guards.lock(agent)
    steps.require(held, step="profile")
    proposal = ResumeProposal.objects.select_for_update().filter(agent=held).first()
    if proposal is None:
        raise NoProposal
    for section, fields in sections.items():
        keep_draft(agent=held, section=section, fields=fields, revision=None, at=at)
    proposal.delete()
    audit.record(
        by=by, action="resume.confirmed", on=held, at=at, new={"sections": sorted(sections)}
    )
    return sorted(sections)


@transaction.atomic
def drop_resume(*, agent: Agent, by: User, at: datetime) -> None:
    """Forget what was read. Harmless twice."""
    held = guards.lock(agent)
    if ResumeProposal.objects.filter(agent=held).delete()[0]:
        audit.record(by=by, action="resume.dropped", on=held, at=at)
