"""Seed the item bank and the language assessment from `data/*.yaml`. Idempotent.

An item whose wording or key changed in the file gets a new version; a new version of the
assessment archives the previous one.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage, yaml_files
from hitouch.core.models import StoredFile
from proctoring.assessments import services
from proctoring.models import (
    Assessment,
    Item,
    ItemFigures,
    ItemKey,
    ItemKind,
    ItemVersion,
    Section,
)
from proctoring.scales import services as scales

DATA = Path(__file__).with_name("data")
CLIPS = Path(__file__).with_name("clips")
CLIP_TYPES = {
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".webm": "audio/webm",
}
ASSESSMENT = "assessment.yaml"
#: Until there are responses, an item is as difficult as the middle of its level, in logits.
AUTHOR_DIFFICULTY = {"A1": -3.0, "A2": -1.8, "B1": -0.6, "B2": 0.6, "C1": 1.8, "C2": 3.0}
AUTHOR_ERROR = 0.6
_WORDING = (
    "passage",
    "text",
    "options",
    "plays",
    "min_words",
    "max_words",
    "preparation_seconds",
    "seconds",
)


@transaction.atomic
def seed(now: datetime) -> Assessment:
    """Load the first scale, the items, and the blueprint as the active language assessment."""
    scales.seed_scale(now)
    seed_items(now)
    facts = _load(ASSESSMENT)
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
    known = {item.code: item for item in Item.objects.all()}
    versions = {
        version.item_id: version
        for version in ItemVersion.objects.order_by("number").select_related("key")
    }
    codes = {facts["code"]: facts for facts in _items()}
    for code, facts in codes.items():
        item = known.get(code)
        if item is None:
            item = known[code] = _create_item(facts, now)
        latest = versions.get(item.pk)
        if latest is None or _content_of(latest) != _content(facts):
            _publish_version(item, facts, latest.number + 1 if latest else 1, now)
    for code, facts in codes.items():
        others = [known[other] for other in facts.get("excludes", []) if other in known]
        if others:
            known[code].excludes.add(*others)


def _items() -> Iterator[dict[str, Any]]:
    for path in sorted(DATA.glob("*.yaml")):
        if path.name == ASSESSMENT:
            continue
        bank = _load(path.name)
        for item in bank["items"]:
            yield {"kind": bank.get("kind"), **item}


@cache
def _load(name: str) -> dict[str, Any]:
    """A parsed file, cached; do not modify the result."""
    return dict(yaml_files.load_yaml(DATA / name))


def _create_item(facts: dict[str, Any], now: datetime) -> Item:
    item = Item.objects.create(
        code=facts["code"],
        kind=facts["kind"],
        level=facts["level"],
        topic=facts.get("topic", "general"),
    )
    for state in (Item.State.IN_REVIEW, Item.State.LIVE):
        transition(item, to=state, by=None, at=now, why="Seeded")
    return item


def _content(facts: dict[str, Any]) -> dict[str, Any]:
    """Wording and key as a file gives them."""
    accepted = [str(answer) for answer in facts.get("accepted", [])]
    defaults: dict[str, Any] = {"passage": "", "options": {}, "plays": 2}
    return {
        **{name: facts.get(name, defaults.get(name, 0)) for name in _WORDING},
        "key": str(facts["key"]) if "key" in facts else (accepted[0] if accepted else ""),
        "accepted": accepted,
        "script": facts.get("script", []),
        "expected": facts.get("expected", []),
        "model_answer": facts.get("model_answer", ""),
    }


def _content_of(version: ItemVersion) -> dict[str, Any]:
    key = version.key
    return {
        **{name: getattr(version, name) for name in _WORDING},
        "key": key.key,
        "accepted": key.accepted,
        "script": key.script,
        "expected": key.expected,
        "model_answer": key.model_answer,
    }


def _publish_version(item: Item, facts: dict[str, Any], number: int, now: datetime) -> None:
    content = _content(facts)
    version = ItemVersion.objects.create(
        item=item,
        number=number,
        audio=_clip(item.code) if item.kind == ItemKind.AUDIO_MCQ else None,
        **{name: content[name] for name in _WORDING},
    )
    ItemKey.objects.create(
        version=version, **{name: value for name, value in content.items() if name not in _WORDING}
    )
    ItemFigures.objects.create(
        version=version,
        origin=ItemFigures.Origin.AUTHOR,
        difficulty=AUTHOR_DIFFICULTY[item.level],
        difficulty_error=AUTHOR_ERROR,
        fitted_at=now,
    )
    ItemVersion.objects.filter(pk=version.pk).update(published_at=now)


def _clip(code: str) -> StoredFile | None:
    """The clip of a listening item, stored like an uploaded file."""
    found = sorted(CLIPS.glob(f"{code}.*"))
    if not found:
        return None
    clip = found[0]
    return storage.store_bytes(
        clip.read_bytes(),
        name=clip.name,
        content_type=CLIP_TYPES[clip.suffix],
        purpose="proctoring.item_audio",
    )
