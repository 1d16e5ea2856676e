"""The kinds of notices, from `templates/<app>/messages/kinds.yaml`.

Each mail text of an app has one entry there: the category that people choose channels for, or why
the text is no notice, such as a code.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from django.conf import settings

from accounts.models import NoticeCategory
from accounts.models.notices import MANDATORY_CATEGORIES
from hitouch.core.files import yaml_files
from hitouch.core.outbox import sms_templates

FILES = "*/messages/kinds.yaml"


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice, by the name of its text ("app/name")."""

    name: str
    category: NoticeCategory
    is_urgent: bool
    #: The URL name of the page that it leads to, unless the sender names a page of its own.
    page: str

    @property
    def is_mandatory(self) -> bool:
        """Whether it is sent whatever the person chose."""
        return self.category in MANDATORY_CATEGORIES


def notice_kinds() -> dict[str, NoticeKind]:
    """All kinds by name."""
    return {name: kind for name, kind in _read(_folders()).items() if isinstance(kind, NoticeKind)}


def no_notices() -> dict[str, str]:
    """Texts that are no notices, and why."""
    return {name: kind for name, kind in _read(_folders()).items() if isinstance(kind, str)}


def kind_of(name: str) -> NoticeKind:
    """One kind. Raises KeyError for a text that is not registered as a notice."""
    return notice_kinds()[name]


def has_sms(category: NoticeCategory) -> bool:
    """Whether a kind of the category has a registered SMS text of its own."""
    texts = sms_templates.sms_templates()
    return any(name in texts for name, kind in notice_kinds().items() if kind.category == category)


def _folders() -> tuple[str, ...]:
    return tuple(map(str, cast("list[Path]", settings.TEMPLATES[0]["DIRS"])))


@cache
def _read(folders: tuple[str, ...]) -> dict[str, NoticeKind | str]:
    found: dict[str, NoticeKind | str] = {}
    for path in sorted(file for folder in folders for file in Path(folder).glob(FILES)):
        app = path.parent.parent.name
        for name, entry in yaml_files.load_yaml(path).items():
            full = f"{app}/{name}"
            found[full] = entry.get("no_notice") or NoticeKind(
                name=full,
                category=NoticeCategory(entry["category"]),
                is_urgent=entry.get("urgent", False),
                page=entry.get("page", ""),
            )
    return found
