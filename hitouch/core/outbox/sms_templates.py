"""SMS texts as registered with India's operators (DLT); only these are sent.

`templates/<app>/messages/sms.yaml` holds an app's texts with named slots. Operators drop a message
that differs by a character from its registered template, so texts have no conditions, and the
value of a slot cannot change the text around it.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings

from hitouch.core.files import yaml_files
from hitouch.core.outbox import gsm

FILES = "*/messages/sms.yaml"
SLOT = re.compile(r"\{(\w+)\}")
#: The most characters that operators allow in one slot.
WIDEST = 30
CUT = ".."
NOTHING = "-"
#: Slots with digits only, which have to be declared on the operators' portal.
NUMERIC = {"code", "minutes"}
CATEGORIES = ("transactional", "service-implicit", "service-explicit", "promotional")
_READ_AT_MOST = 1000
_LINK = re.compile(r"://|(?<=\w)\.(?=[A-Za-z])")


@dataclass(frozen=True)
class SmsTemplate:
    """One registered text; `{host}` is already replaced."""

    name: str
    category: str
    text: str

    @property
    def slots(self) -> list[str]:
        """The names of its slots in order, with repetitions."""
        return SLOT.findall(self.text)

    @property
    def registered(self) -> str:
        """The text in the form of the operators' portal."""
        return SLOT.sub("{#var#}", self.text)

    @property
    def pattern(self) -> re.Pattern[str]:
        """A pattern that matches every message made from it."""
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
        """A message with every slot filled to its limit."""
        return SLOT.sub(lambda slot: "9" * (6 if slot[1] in NUMERIC else WIDEST), self.text)

    def require(self, context: dict[str, object]) -> None:
        """Raise KeyError unless the context has every slot; checked for mails too."""
        if missing := set(self.slots) - context.keys():
            raise KeyError(f"{self.name} has nothing for {', '.join(sorted(missing))}")

    def render(self, context: dict[str, object]) -> str:
        """The message with every slot filled."""
        filled = {name: _value(name, context[name]) for name in self.slots}
        return SLOT.sub(lambda slot: filled[slot[1]], self.text)


def sms_templates() -> dict[str, SmsTemplate]:
    """All SMS texts by name ("app/name")."""
    folders = tuple(map(str, cast("list[Path]", settings.TEMPLATES[0]["DIRS"])))
    return _texts(folders, host())


def sms_template(name: str) -> SmsTemplate:
    """One SMS text. Raises KeyError for an unknown name."""
    return sms_templates()[name]


def host() -> str:
    """The site's host, named in texts with codes: browsers autofill a code only there."""
    return urlsplit(settings.BASE_URL).hostname or ""


def dlt_template_ids() -> dict[str, str]:
    """The operators' template ids by text name, for this deployment."""
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
    """A slot's value: one line of plain characters without links, cut to the limit."""
    text = str(raw)[:_READ_AT_MOST]
    if name in NUMERIC:
        return re.sub(r"[^0-9]", "", text)[:WIDEST] or "0"
    line = _LINK.sub(" ", gsm.plain(" ".join(text.split())))
    return _cut(" ".join(line.split())) or NOTHING


def _cut(line: str) -> str:
    """Shorten to the limit, at a word boundary if possible."""
    if len(line) <= WIDEST:
        return line
    kept = line[: WIDEST - len(CUT) + 1]
    head, space, _ = kept.rpartition(" ")
    return (head if space else kept[:-1]).rstrip(" .") + CUT
