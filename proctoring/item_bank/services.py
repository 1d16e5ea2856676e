"""Authoring items: new items and versions, drafts, audio, exclusions, review, states, flags.

What is published never changes: a change is a new version, a draft until a second person approves
it (`item_bank.review`). The latest published version is drawn.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.models import StoredFile
from proctoring.item_bank import content as contents
from proctoring.item_bank.content import ContentFault, ItemContent
from proctoring.models import Item, ItemFlag, ItemKey, ItemKind, ItemReview, ItemVersion


class CodeTaken(Refusal):
    """Another item has this code."""

    code = "code_taken"
    message = "Another item has this code. Choose another one."
    field = "code"


class InvalidItem(Refusal):
    """The content is not that of an item of this kind."""

    code = "invalid_item"
    status = 422

    def __init__(self, faults: Sequence[ContentFault]) -> None:
        self.faults = tuple(faults)
        self.field = faults[0].field
        super().__init__(faults[0].message)


class VersionNotDraft(Refusal):
    """The version is published or in review."""

    code = "not_a_draft"
    message = "Only a draft can be changed. Start a new version of this item."


class DraftExists(Refusal):
    """The item has an unpublished version already."""

    code = "draft_exists"
    message = "This item has a draft already. Finish or discard it first."


class OnlyVersion(Refusal):
    """The item would be left without a version."""

    code = "only_version"
    message = "This is the only version of the item. Change it instead."


class ClipMissing(Refusal):
    """A listening item has no audio."""

    code = "clip_missing"
    message = "Upload the clip first: a listening item needs one."
    status = 422
    field = "audio"


class ClipNotAllowed(Refusal):
    """The item is no listening item."""

    code = "clip_not_allowed"
    message = "Only listening items have a clip."
    status = 422
    field = "audio"


class UnknownItems(Refusal):
    """Codes of items to exclude that the bank does not have."""

    code = "unknown_items"
    status = 422
    field = "excludes"


class LevelInUse(Refusal):
    """The level or topic of an item in use is changed by a reviewer, not with a draft."""

    code = "level_in_use"
    message = "This item is in use. A reviewer changes its level or topic."
    status = 422
    field = "level"


class FlagResolved(Refusal):
    """The flag was resolved already."""

    code = "flag_resolved"
    message = "This flag was resolved already."


@transaction.atomic
def create_item(
    *,
    code: str,
    kind: str,
    level: str,
    topic: str,
    content: ItemContent,
    by: User,
    at: datetime,
) -> ItemVersion:
    """Create an item with a draft of its first version."""
    cleaned = _checked(kind, content)
    if Item.objects.filter(code=code).exists():
        raise CodeTaken
    item, is_new = Item.objects.get_or_create(
        code=code, defaults={"kind": kind, "level": level, "topic": topic, "author": by}
    )
    if not is_new:
        raise CodeTaken
    return _add_version(item, 1, cleaned, audio=None, note="", by=by)


@transaction.atomic
def start_version(*, item: Item, by: User, at: datetime, note: str = "") -> ItemVersion:
    """Begin a new version as a copy of the latest one."""
    locked = _lock(item)
    latest = _latest(locked)
    if latest.published_at is None:
        raise DraftExists
    content = content_of(latest)
    return _add_version(
        locked, latest.number + 1, content, audio=latest.audio, note=note[:300], by=by
    )


@transaction.atomic
def save_draft(
    *,
    version: ItemVersion,
    content: ItemContent,
    by: User,
    at: datetime,
    note: str = "",
    level: str = "",
    topic: str = "",
) -> ItemVersion:
    """Change a draft. Who changes it becomes its author, and cannot review it."""
    draft = _lock_draft(version)
    cleaned = _checked(draft.item.kind, content)
    for name, value in cleaned.wording().items():
        setattr(draft, name, value)
    draft.note, draft.author = note[:300], by
    draft.save()
    ItemKey.objects.filter(version=draft).update(**cleaned.secret(), updated_at=at)
    if is_in_use(draft.item) and not is_placed(draft.item, level=level, topic=topic):
        raise LevelInUse
    _place(draft.item, level, topic, at)
    return draft


@transaction.atomic
def place_item(*, item: Item, by: User, at: datetime, level: str = "", topic: str = "") -> Item:
    """Change the level or the topic of an item in use. Sittings that have it keep theirs."""
    locked = _lock(item)
    _place(locked, level, topic, at)
    return locked


@transaction.atomic
def replace_audio(*, version: ItemVersion, clip: StoredFile, by: User, at: datetime) -> ItemVersion:
    """Give a draft another clip (`audio.store_clip`). That of published versions stays."""
    draft = _lock_draft(version)
    if draft.item.kind != ItemKind.AUDIO_MCQ:
        raise ClipNotAllowed
    draft.audio, draft.author = clip, by
    draft.save(update_fields=["audio", "author", "updated_at"])
    return draft


@transaction.atomic
def set_excludes(*, item: Item, codes: Sequence[str], by: User, at: datetime) -> None:
    """Set which items must not meet this one in a sitting. It holds in both directions."""
    others = list(Item.objects.filter(code__in=codes).exclude(pk=item.pk))
    unknown = sorted(set(codes) - {other.code for other in others})
    if unknown:
        raise UnknownItems(f"There is no other item with this code: {', '.join(unknown)[:200]}")
    item.excludes.set(others)


@transaction.atomic
def discard_draft(*, version: ItemVersion, by: User, at: datetime) -> None:
    """Delete a draft of a new version. The first version of an item can only be changed."""
    draft = _lock_draft(version)
    if draft.number == 1:
        raise OnlyVersion
    draft.delete()


@transaction.atomic
def request_review(*, version: ItemVersion, by: User, at: datetime) -> ItemReview:
    """Hand a draft to a second person."""
    draft = _lock_draft(version)
    item = draft.item
    if found := contents.faults(item.kind, content_of(draft)):
        raise InvalidItem(found)
    if item.kind == ItemKind.AUDIO_MCQ and draft.audio_id is None:
        raise ClipMissing
    if item.state == Item.State.DRAFT:
        transition(item, to=Item.State.IN_REVIEW, by=by, at=at)
    return ItemReview.objects.create(
        version=draft, kind=ItemReview.Kind.WORDING, requested_at=at, requested_by=by
    )


@transaction.atomic
def retire_item(*, item: Item, reason: str, by: User, at: datetime) -> Item:
    """Take an item out of use. Sittings that have it keep it."""
    return _move(item, Item.State.RETIRED, reason, by, at)


@transaction.atomic
def revive_item(*, item: Item, reason: str, by: User, at: datetime) -> Item:
    """Use a retired item again."""
    return _move(item, Item.State.LIVE, reason, by, at)


@transaction.atomic
def return_to_trial(*, item: Item, reason: str, by: User, at: datetime) -> Item:
    """Ask a live item without counting it, until its figures are clear."""
    return _move(item, Item.State.TRIAL, reason, by, at)


@transaction.atomic
def report_version(*, version: ItemVersion, detail: str, by: User, at: datetime) -> ItemFlag:
    """Flag a version for which a person has a doubt; one that is flagged keeps its flag."""
    text = _reason(detail, "Write what is wrong with the item.")
    flag, _ = ItemFlag.objects.get_or_create(
        version=version,
        kind=ItemFlag.Kind.REPORTED,
        resolved_at=None,
        defaults={"detail": {"report": text, "by": by.name}, "raised_at": at},
    )
    return flag


@transaction.atomic
def resolve_flag(*, flag: ItemFlag, resolution: str, by: User, at: datetime) -> ItemFlag:
    """Close a flag with what was found."""
    text = _reason(resolution, "Write what you found and did.", field="resolution")
    locked = ItemFlag.objects.select_for_update().get(pk=flag.pk)
    if locked.resolved_at is not None:
        raise FlagResolved
    locked.resolved_at, locked.resolved_by, locked.resolution = at, by, text
    locked.save()
    return locked


def content_of(version: ItemVersion) -> ItemContent:
    """The wording and the key of a version."""
    wording = {name: getattr(version, name) for name in contents.WORDING}
    return ItemContent(**wording, **{name: getattr(version.key, name) for name in contents.KEY})


def is_in_use(item: Item) -> bool:
    """Whether the item was published."""
    return item.state not in (Item.State.DRAFT, Item.State.IN_REVIEW)


def is_placed(item: Item, *, level: str, topic: str) -> bool:
    """Whether the item has this level and topic; an empty one means any."""
    return level in ("", item.level) and topic in ("", item.topic)


def _checked(kind: str, content: ItemContent) -> ItemContent:
    cleaned = contents.clean(kind, content)
    if found := contents.faults(kind, cleaned):
        raise InvalidItem(found)
    return cleaned


def _add_version(
    item: Item,
    number: int,
    content: ItemContent,
    *,
    audio: StoredFile | None,
    note: str,
    by: User,
) -> ItemVersion:
    version = ItemVersion.objects.create(
        item=item, number=number, author=by, note=note, audio=audio, **content.wording()
    )
    ItemKey.objects.create(version=version, **content.secret())
    return version


def _lock(item: Item) -> Item:
    return Item.objects.select_for_update().get(pk=item.pk)


def _latest(item: Item) -> ItemVersion:
    return item.versions.select_related("key", "audio").latest("number")


def _lock_draft(version: ItemVersion) -> ItemVersion:
    """The version as a draft, with its item locked. Raises `VersionNotDraft`."""
    item = _lock(version.item)
    draft = item.versions.select_related("key", "item").filter(pk=version.pk).first()
    if draft is None or draft.published_at is not None:
        raise VersionNotDraft
    if draft.reviews.filter(decided_at=None).exists():
        raise VersionNotDraft("This version is in review. Wait for the decision.")
    draft.item = item
    return draft


def _place(item: Item, level: str, topic: str, at: datetime) -> None:
    changes: dict[str, Any] = {"level": level or item.level, "topic": topic or item.topic}
    Item.objects.filter(~Q(**changes), pk=item.pk).update(**changes, updated_at=at)
    item.level, item.topic = changes["level"], changes["topic"]


def _move(item: Item, to: str, reason: str, by: User, at: datetime) -> Item:
    why = _reason(reason, "Enter the reason.", field="reason")
    locked = _lock(item)
    transition(locked, to=to, by=by, at=at, why=why)
    return locked


def _reason(text: str, message: str, field: str = "detail") -> str:
    stripped = " ".join(text.split())[:300]
    if not stripped:
        raise ReasonRequired(message, code="reason_required", field=field)
    return stripped
