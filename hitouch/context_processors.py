"""What every page knows: the places of the person who looks at it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation."""

    name: str
    url: str
    icon: str
    current: bool


AGENT = (
    ("Home", "onboarding:home", "home"),
    ("Opportunities", "gigs:opportunities", "work"),
    ("Shifts", "gigs:shifts", "clock"),
    ("Payments", "payments:money", "money"),
    ("Help", "chatbot:help", "help"),
)
MEMBER = (
    ("Home", "gigs:client-home", "home"),
    ("Projects", "gigs:client-projects", "list"),
    ("Opportunities", "gigs:client-opportunities", "work"),
    ("Applications", "gigs:client-applications", "person"),
    ("Work", "gigs:client-works", "check"),
)
STAFF = (("Work queues", "admin:index", "list"),)
PROCTOR = (*STAFF, ("Live assessments", "proctoring:live", "clock"))
ACCOUNT = (("Account and security", "accounts:account", "lock"),)


def _places(request: HttpRequest, table: tuple[tuple[str, str, str], ...]) -> list[NavItem]:
    found = []
    for name, view, icon in table:
        try:
            url = reverse(view)
        except NoReverseMatch:
            continue
        current = request.path == url or (url != "/" and request.path.startswith(url))
        found.append(NavItem(name, url, icon, current))
    best = max((place.url for place in found if place.current), key=len, default="")
    return [NavItem(p.name, p.url, p.icon, p.url == best) for p in found]


def _table(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    user: Any = request.user
    if user.is_staff:
        return PROCTOR if user.has_role("proctor") else STAFF
    return AGENT if user.agent_or_none else MEMBER


def nav(request: HttpRequest) -> dict[str, Any]:
    """`places` for the rail or the bar, `account_places` for the menu."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"places": [], "account_places": []}
    return {
        "places": _places(request, _table(request)),
        "account_places": _places(request, ACCOUNT),
    }
