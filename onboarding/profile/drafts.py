"""Keeping what is typed into the profile before it is saved."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Agent
from accounts.security import locks
from hitouch.core.errors import Refusal
from onboarding import identifiers
from onboarding.models import ProfileDraft
from onboarding.profile import queries
from onboarding.steps import gates
from onboarding.steps import queries as steps_queries

LONGEST_VALUE = 2_000
LONGEST_DRAFT = 60_000


class StaleDraft(Refusal):
    """Something newer was typed or saved elsewhere."""

    code = "stale_draft"
    status = 412
    message = "This section was changed in another window or on another device."


class DraftTooLong(Refusal):
    """More than any section can hold."""

    code = "draft_too_long"
    status = 422
    message = "This is too long to save."


class IdentityLocked(Refusal):
    """A reviewer looks, or has looked, at documents with this name and this date of birth."""

    code = "identity_locked"
    message = (
        "You can't change your name and date of birth during the document review or after "
        "approval. If they are wrong, contact us from the Help page."
    )


@transaction.atomic
def save_draft(
    *, agent: Agent, section: str, fields: Mapping[str, str], revision: int | None, at: datetime
) -> ProfileDraft:
    """Put these fields over the section's draft, if `revision` is the one that is there now.

    Values may be half-typed or wrong; a whole Aadhaar number is not kept, here as anywhere. With
    None as revision the newest is taken, for a page that was just looked at.
    """
    held = locks.lock_agent_row(agent)
    gates.require(held, step="profile")
    if section == ProfileDraft.Section.PERSON and steps_queries.identity_is_locked(held):
        raise IdentityLocked
    draft = require_latest_revision(held, section=section, revision=revision)
    identifiers.refuse_full_aadhaar(fields)
    content = json.dumps({**draft.fields, **fields}, ensure_ascii=False)
    if len(content) > LONGEST_DRAFT or any(len(text) > LONGEST_VALUE for text in fields.values()):
        raise DraftTooLong
    draft.content, draft.typed_at = content, at
    draft.revision += 1
    draft.save()
    return draft


def require_latest_revision(agent: Agent, *, section: str, revision: int | None) -> ProfileDraft:
    """The draft of an agent whose row is locked; refuse when `revision` is not its present one."""
    draft = queries.draft_of(agent, section)
    if revision is not None and revision != draft.revision:
        raise StaleDraft
    return draft


def discard_draft(agent: Agent, *, section: str) -> None:
    """The section is saved: nothing of what was typed stays, and older revisions are stale."""
    draft = queries.draft_of(agent, section)
    draft.content, draft.typed_at = "", None
    draft.revision += 1
    draft.save()
