"""Seed the item bank and the language assessment from `data/*.yaml`. Idempotent.

An item whose wording, key or clip changed in the files gets a new version, unless a person has
written a later one: then the item is theirs. One that is no longer in the files is retired.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage, yaml_files
from hitouch.core.models import StoredFile
from proctoring.assessments import services
from proctoring.item_bank.audio import PURPOSE
from proctoring.models import (
    Assessment,
    Item,
    ItemEvent,
    ItemFigures,
    ItemKey,
    ItemKind,
    ItemVersion,
    Section,
)
from proctoring.scales import services as scales
from proctoring.scales.ability import AUTHOR_ERROR
from proctoring.scales.cuts import MIDDLE_OF_LEVEL

DATA = Path(__file__).with_name("data")
CLIPS = Path(__file__).with_name("clips")
CLIP_TYPES = {
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".webm": "audio/webm",
}
BLUEPRINT = DATA / "assessment.yaml"
WORDING = (
    "passage",
    "text",
    "options",
    "plays",
    "min_words",
    "max_words",
    "preparation_seconds",
    "seconds",
)
KEY = ("key", "accepted", "script", "expected", "model_answer")
SEEDED = "Seeded"

Facts = dict[str, Any]


@transaction.atomic
def seed(now: datetime) -> Assessment:
    """Load the first scale, the items, and the blueprint as the active language assessment."""
    scales.seed_scale(now)
    seed_items(now)
    facts = _load(BLUEPRINT)
    assessment, is_new = Assessment.objects.get_or_create(
        code=facts["code"],
        version=facts["version"],
        defaults={
            "kind": Assessment.Kind.LANGUAGE,
            "language": facts["language"],
            "title": facts["title"],
            "pass_level": facts["pass_level"],
        },
    )
    if is_new:
        for section in facts["sections"]:
            Section.objects.create(assessment=assessment, **section)
        services.activate_assessment(assessment=assessment, by=None, at=now)
    return assessment


def seed_items(now: datetime) -> None:
    """Create the items of the files that the bank lacks, and new versions of changed ones."""
    files = {facts["code"]: facts for facts in _items()}
    known = {item.code: item for item in Item.objects.filter(code__in=files)}
    added = {code: _item(facts) for code, facts in files.items() if code not in known}
    _add_live(list(added.values()), now)
    known |= added
    changed = _changed(files, known)
    audio = _store_clips(files[code] for code in changed)
    _publish(
        [
            _version(known[code], files[code], number, audio.get(code), now)
            for code, number in changed.items()
        ],
        {known[code].pk: files[code] for code in changed},
        now,
    )
    _exclude(files, known)
    _retire_missing(set(files), now)


def _items() -> Iterator[Facts]:
    for path in sorted(DATA.glob("*.yaml")):
        if path.name == "assessment.yaml":
            continue
        bank = _load(path)
        for item in bank["items"]:
            yield {"kind": bank.get("kind"), **item}


@cache
def _load(path: Path) -> Facts:
    """A parsed file, cached; do not modify the result."""
    return dict(yaml_files.load_yaml(path))


def _item(facts: Facts) -> Item:
    return Item(
        code=facts["code"],
        kind=facts["kind"],
        level=facts["level"],
        topic=facts.get("topic", "general"),
    )


def _add_live(items: list[Item], now: datetime) -> None:
    """Save new items and move them to LIVE, all at once."""
    Item.objects.bulk_create(items)
    keys = [item.pk for item in items]
    was: str = Item.State.DRAFT
    for state in (Item.State.IN_REVIEW, Item.State.LIVE):
        Item.objects.filter(pk__in=keys).update(state=state, updated_at=now)
        ItemEvent.objects.bulk_create(
            [ItemEvent(subject_id=pk, was=was, became=state, at=now, why=SEEDED) for pk in keys]
        )
        was = state
    for item in items:
        item.state = was


def _changed(files: dict[str, Facts], known: dict[str, Item]) -> dict[str, int]:
    """The number of the new version of each item that is new or has changed."""
    rows = ItemVersion.objects.filter(item__in=known.values()).order_by("number")
    latest = {version.item_id: version for version in rows.select_related("key", "audio")}
    changed = {}
    for code, facts in files.items():
        version = latest.get(known[code].pk)
        if version is None:
            changed[code] = 1
        elif version.author_id is None and not _is_same(version, facts):
            changed[code] = version.number + 1
    return changed


def _is_same(version: ItemVersion, facts: Facts) -> bool:
    content = _content(facts)
    clip = _clip(facts)
    return (
        all(getattr(version, name) == content[name] for name in WORDING)
        and all(getattr(version.key, name) == content[name] for name in KEY)
        and (version.audio.sha256 if version.audio else None) == (_digest(clip) if clip else None)
    )


def _content(facts: Facts) -> Facts:
    """Wording and key as a file gives them."""
    accepted = [str(answer) for answer in facts.get("accepted", [])]
    defaults: Facts = {"passage": "", "options": {}, "plays": 2}
    return {
        **{name: facts.get(name, defaults.get(name, 0)) for name in WORDING},
        "key": str(facts["key"]) if "key" in facts else (accepted[0] if accepted else ""),
        "accepted": accepted,
        "script": facts.get("script", []),
        "expected": facts.get("expected", []),
        "model_answer": facts.get("model_answer", ""),
    }


def _version(
    item: Item, facts: Facts, number: int, audio: StoredFile | None, now: datetime
) -> ItemVersion:
    content = _content(facts)
    return ItemVersion(
        item=item,
        number=number,
        audio=audio,
        published_at=now,
        note=SEEDED,
        **{name: content[name] for name in WORDING},
    )


def _publish(versions: list[ItemVersion], facts: dict[Any, Facts], now: datetime) -> None:
    """Save published versions with their keys and the author's figures, all at once."""
    ItemVersion.objects.bulk_create(versions)
    contents = {version: _content(facts[version.item_id]) for version in versions}
    ItemKey.objects.bulk_create(
        [
            ItemKey(version=version, **{name: content[name] for name in KEY})
            for version, content in contents.items()
        ]
    )
    ItemFigures.objects.bulk_create(
        [author_figures(version, version.item.level, now) for version in versions]
    )


def author_figures(version: ItemVersion, level: str, now: datetime) -> ItemFigures:
    """The figures of a version nobody has answered yet. Not saved."""
    return ItemFigures(
        version=version,
        origin=ItemFigures.Origin.AUTHOR,
        difficulty=MIDDLE_OF_LEVEL[level],
        difficulty_error=AUTHOR_ERROR,
        fitted_at=now,
    )


def _exclude(files: dict[str, Facts], known: dict[str, Item]) -> None:
    pairs = {
        pair
        for code, facts in files.items()
        for other in facts.get("excludes", [])
        if other in known and other != code
        for pair in ((code, other), (other, code))
    }
    through = Item.excludes.through
    through.objects.bulk_create(
        [
            through(from_item_id=known[one].pk, to_item_id=known[other].pk)
            for one, other in sorted(pairs)
        ],
        ignore_conflicts=True,
    )


def _retire_missing(codes: Iterable[str], now: datetime) -> None:
    """Retire items that came from the files and are no longer in them."""
    theirs = ItemVersion.objects.filter(author__isnull=False).values("item")
    rows = Item.objects.filter(author=None, state=Item.State.LIVE).exclude(code__in=codes)
    for item in rows.exclude(pk__in=theirs):
        transition(item, to=Item.State.RETIRED, by=None, at=now, why="No longer in the files")


def _clip(facts: Facts) -> Path | None:
    """The clip of a listening item."""
    if facts["kind"] != ItemKind.AUDIO_MCQ:
        return None
    return next((path for path in _clips() if path.stem == facts["code"]), None)


@cache
def _clips() -> tuple[Path, ...]:
    return tuple(path for path in sorted(CLIPS.glob("*")) if path.suffix in CLIP_TYPES)


@cache
def _digest(clip: Path) -> str:
    return hashlib.sha256(clip.read_bytes()).hexdigest()


def _store_clips(items: Iterable[Facts]) -> dict[str, StoredFile]:
    """The clips of the items by code, stored like uploaded files."""
    clips = {facts["code"]: clip for facts in items if (clip := _clip(facts))}
    rows = storage.store_all(
        [(clip.name, CLIP_TYPES[clip.suffix], clip.read_bytes()) for clip in clips.values()],
        purpose=PURPOSE,
    )
    return dict(zip(clips, rows, strict=True))
