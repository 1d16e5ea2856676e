"""The registry of SMS texts: what India's operators were told, and nothing else, is sent.

`templates/<app>/messages/sms.yaml` holds an app's texts with named slots. An operator drops a
message that differs by a character from its registered template (DLT), so there are no
conditions in a text, and what fills a slot can not change what stands around it.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings

from hitouch.core import yaml_files
from hitouch.core.outbox import gsm

FILES = "*/messages/sms.yaml"
SLOT = re.compile(r"\{(\w+)\}")
#: The most characters an operator lets into one slot.
WIDEST = 30
CUT = ".."
NOTHING = "-"
#: Slots that hold digits alone; the portal asks which.
NUMERIC = {"code", "minutes"}
CATEGORIES = ("transactional", "service-implicit", "service-explicit", "promotional")
_READ_AT_MOST = 1000
_LINK = re.compile(r"://|(?<=\w)\.(?=[A-Za-z])")


@dataclass(frozen=True)
class SmsTemplate:
    """One registered text. `{host}` is this deployment's own and stands in it already."""

    name: str
    category: str
    text: str

    @property
    def slots(self) -> list[str]:
        """The names of its slots, in order; one that stands twice is there twice."""
        return SLOT.findall(self.text)

    @property
    def registered(self) -> str:
        """As it is typed into an operator's portal."""
        return SLOT.sub("{#var#}", self.text)

    @property
    def pattern(self) -> re.Pattern[str]:
        """What every message made from it matches."""
        parts = SLOT.split(self.text)
        seen: set[str] = set()
        for place in range(1, len(parts), 2):
            name = parts[place]
            what = r"\d" if name in NUMERIC else r"[ -~]"
            fresh = f"(?P<{name}>{what}{{1,{WIDEST}}})"
            parts[place] = f"(?P={name})" if name in seen else fresh
            seen.add(name)
        parts[::2] = [re.escape(part) for part in parts[::2]]
        return re.compile("".join(parts))

    @property
    def longest(self) -> str:
        """A message with every slot full."""
        return SLOT.sub(lambda slot: "9" * (6 if slot[1] in NUMERIC else WIDEST), self.text)

    def require(self, context: dict[str, object]) -> None:
        """Every slot has something to be filled with: asked also when a mail goes out instead."""
        if missing := set(self.slots) - context.keys():
            raise KeyError(f"{self.name} has nothing for {', '.join(sorted(missing))}")

    def render(self, context: dict[str, object]) -> str:
        """The message, each slot filled with what fits into it."""
        filled = {name: _value(name, context[name]) for name in self.slots}
        return SLOT.sub(lambda slot: filled[slot[1]], self.text)


def sms_templates() -> dict[str, SmsTemplate]:
    """Every SMS that can be sent, by its name, "app/name"."""
    folders = tuple(map(str, cast("list[Path]", settings.TEMPLATES[0]["DIRS"])))
    return _texts(folders, host())


def sms_template(name: str) -> SmsTemplate:
    """One of them; a name that is not registered is a fault of ours."""
    return sms_templates()[name]


def host() -> str:
    """Whose codes these are: browsers fill a code in only on the site that its last line names."""
    return urlsplit(settings.BASE_URL).hostname or ""


def dlt_template_ids() -> dict[str, str]:
    """What the operators called each text when they registered it, for this deployment."""
    path = str(settings.HITOUCH_SMS_TEMPLATE_IDS)
    return _ids(path) if path else {}


@cache
def _ids(path: str) -> dict[str, str]:
    return {
        str(name): str(given or "")
        for name, given in (yaml_files.load_yaml(Path(path)) or {}).items()
    }


@cache
def _texts(folders: tuple[str, ...], host: str) -> dict[str, SmsTemplate]:
    found = {}
    for path in sorted(
        file for folder in folders for file in Path(folder).glob("*/messages/sms.yaml")
    ):
        app = path.parent.parent.name
        for name, entry in yaml_files.load_yaml(path).items():
            written = entry["text"].strip().replace("{host}", host)
            found[f"{app}/{name}"] = SmsTemplate(f"{app}/{name}", entry["category"], written)
    return found


def _value(name: str, raw: object) -> str:
    """One line of plain characters that fits into a slot and holds no link."""
    given = str(raw)[:_READ_AT_MOST]
    if name in NUMERIC:
        return re.sub(r"[^0-9]", "", given)[:WIDEST] or "0"
    line = _LINK.sub(" ", gsm.plain(" ".join(given.split())))
    return _cut(" ".join(line.split())) or NOTHING


def _cut(line: str) -> str:
    """Shorten at a word where there is one."""
    if len(line) <= WIDEST:
        return line
    kept = line[: WIDEST - len(CUT) + 1]
    head, space, _ = kept.rpartition(" ")
    return (head if space else kept[:-1]).rstrip(" .") + CUT
