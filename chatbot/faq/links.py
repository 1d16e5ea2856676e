"""Links in FAQ texts: a label in brackets and the name of a page, as [Payments](payments:home)."""

import re
from dataclasses import dataclass

from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from hitouch.core.errors import Refusal

_LINK = re.compile(r"\[([^\[\]\n]{1,80})\]\(([^()\s]{1,200})\)")


class BrokenLink(Refusal):
    """A text has a link to a page that does not exist."""

    code = "broken_link"

    def __init__(self, target: str) -> None:
        self.target = target
        super().__init__(f"No page has the address {target}.")


@dataclass(frozen=True)
class Link:
    """A link below an answer."""

    label: str
    url: str

    def as_dict(self) -> dict[str, str]:
        """As stored with a message and sent to programs."""
        return {"label": self.label, "url": self.url}


def targets_in(text: str) -> list[str]:
    """Targets of the links of a text."""
    return [match[2] for match in _LINK.finditer(text)]


def url_of(target: str) -> str:
    """The address of a page, by the URL's name or by its path. Raises `BrokenLink`.

    Only pages of this site: another site's address has neither form.
    """
    try:
        if not target.startswith("/"):
            return reverse(target)
        resolve(target.partition("#")[0].partition("?")[0])
    except (NoReverseMatch, Resolver404) as error:
        raise BrokenLink(target) from error
    return target


def split_links(text: str) -> tuple[str, list[Link]]:
    """The text with the labels in place of the links, and the links."""
    links = {match[2]: Link(match[1], url_of(match[2])) for match in _LINK.finditer(text)}
    return _LINK.sub(lambda match: match[1], text), list(links.values())
