"""Context processors: the navigation of the signed-in person."""

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
#: Further places of staff, by role.
STAFF_PLACES = {
    "proctor": ("Live assessments", "proctoring:live", "clock"),
    "finance": ("Finance desk", "payments:desk", "money"),
}
ACCOUNT = (("Account and security", "accounts:account", "lock"),)


def _nav_items(request: HttpRequest, table: tuple[tuple[str, str, str], ...]) -> list[NavItem]:
    items = []
    for name, view, icon in table:
        try:
            url = reverse(view)
        except NoReverseMatch:
            continue
        current = request.path == url or (url != "/" and request.path.startswith(url))
        items.append(NavItem(name, url, icon, current))
    best = max((item.url for item in items if item.current), key=len, default="")
    return [NavItem(item.name, item.url, item.icon, item.url == best) for item in items]


def _entries_for(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    user: Any = request.user
    if user.is_staff:
        more = (place for role, place in STAFF_PLACES.items() if user.has_role(role))
        return (*STAFF, *more)
    return AGENT if user.agent_or_none else MEMBER


def nav(request: HttpRequest) -> dict[str, Any]:
    """`places` for the navigation, `account_places` for the account menu."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"places": [], "account_places": []}
    return {
        "places": _nav_items(request, _entries_for(request)),
        "account_places": _nav_items(request, ACCOUNT),
    }
