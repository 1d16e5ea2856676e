"""Drafts: unsaved input of a profile section, with a revision against lost updates."""

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

MAX_VALUE_LENGTH = 2_000
MAX_DRAFT_LENGTH = 60_000


class StaleDraft(Refusal):
    """The section was changed or saved elsewhere since this revision."""

    code = "stale_draft"
    status = 412
    message = "This section was changed in another window or on another device."


class DraftTooLong(Refusal):
    """The draft exceeds the maximum length."""

    code = "draft_too_long"
    status = 422
    message = "This is too long to save."


class IdentityLocked(Refusal):
    """Name and date of birth are being compared, or were compared, with documents."""

    code = "identity_locked"
    message = (
        "You can't change your name and date of birth during the document review or after "
        "approval. If they are wrong, contact us from the Help page."
    )


@transaction.atomic
def save_draft(
    *, agent: Agent, section: str, fields: Mapping[str, str], revision: int | None, at: datetime
) -> ProfileDraft:
    """Merge fields into the section's draft, if `revision` is the current one.

    Values may be incomplete or invalid, but a full Aadhaar number is refused. None as revision
    skips the check.
    """
    locked = locks.lock_agent_row(agent)
    gates.require(locked, step="profile")
    if section == ProfileDraft.Section.PERSON and steps_queries.identity_is_locked(locked):
        raise IdentityLocked
    draft = require_latest_revision(locked, section=section, revision=revision)
    identifiers.refuse_full_aadhaar(fields)
    content = json.dumps({**draft.fields, **fields}, ensure_ascii=False)
    if len(content) > MAX_DRAFT_LENGTH or any(
        len(text) > MAX_VALUE_LENGTH for text in fields.values()
    ):
        raise DraftTooLong
    draft.content, draft.typed_at = content, at
    draft.revision += 1
    draft.save()
    return draft


def require_latest_revision(agent: Agent, *, section: str, revision: int | None) -> ProfileDraft:
    """The draft of an agent whose row is locked. Refuses if `revision` is not the current one."""
    draft = queries.draft_of(agent, section)
    if revision is not None and revision != draft.revision:
        raise StaleDraft
    return draft


def discard_draft(agent: Agent, *, section: str) -> None:
    """Empty the draft after its section was saved, which makes older revisions stale."""
    draft = queries.draft_of(agent, section)
    draft.content, draft.typed_at = "", None
    draft.revision += 1
    draft.save()
