"""Context processors: the navigation of the signed-in person."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from gigs.clients import queries as client_queries


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
#: Further places of an agent: below the others on a wide screen, in the account menu on a phone.
AGENT_MORE = (("You", "onboarding:you", "person"),)
MEMBER = (
    ("Home", "gigs:client-home", "home"),
    ("Opportunities", "gigs:client-opportunities", "work"),
    ("Applications", "gigs:client-applications", "person"),
    ("Schedule", "gigs:client-schedule", "clock"),
    ("Work", "gigs:client-works", "check"),
)
#: Further places of a member: below the others on a wide screen, in the account menu on a phone.
MEMBER_MORE = (
    ("Projects", "gigs:client-projects", "list"),
    ("Live board", "gigs:client-live", "screen"),
    ("Gigs", "gigs:client-gigs", "work"),
    ("Disputes", "gigs:client-disputes", "warn"),
    ("Funds", "payments:funds", "money"),
    ("Bills", "payments:bills", "list"),
    ("People", "gigs:client-members", "person"),
)
#: Pages below other addresses that belong to a place, too.
ALSO_BELOW = {
    "gigs:opportunities": (
        *("/applications/", "/gigs/", "/works/", "/disputes/"),
        *("/work-invitations/", "/saved-searches/"),
    ),
    "gigs:shifts": ("/slots/",),
    "onboarding:you": ("/onboarding/", "/account/", "/assessment/", "/money/bank-account/"),
    "gigs:client-schedule": ("/client/shifts/", "/client/slots/"),
}
STAFF = (("Home", "admin:index", "home"),)
#: Further places of staff, by role.
STAFF_PLACES = {
    "proctor": ("Live assessments", "proctoring:live", "clock"),
    "grader": ("Grading", "proctoring:grading", "list"),
    "finance": ("Finance", "payments:desk", "money"),
    "support": ("Support", "chatbot:desk", "help"),
}
#: Pages without the button of Help: Help itself, and the monitored test.
WITHOUT_LAUNCHER = ("/help/", "/assessment/")
ACCOUNT = (
    ("Notices", "accounts:notices", "bell"),
    ("How we tell you", "accounts:notice-preferences", "list"),
    ("Account and security", "accounts:account", "lock"),
)
COMPANY = ("Your company", "gigs:client-home", "work")
OWN_WORK = ("Your work as an agent", "onboarding:home", "person")


def nav_items(request: HttpRequest, table: tuple[tuple[str, str, str], ...]) -> list[NavItem]:
    """The entries of a table; the nearest one above the page is the current one."""
    found = []
    for name, view, icon in table:
        try:
            url = reverse(view)
        except NoReverseMatch:
            continue
        below = [at for at in (url, *ALSO_BELOW.get(view, ())) if request.path.startswith(at)]
        found.append((name, url, icon, max(map(len, below), default=0)))
    nearest = max((length for *_, length in found), default=0)
    return [NavItem(name, url, icon, 0 < length == nearest) for name, url, icon, length in found]


def _entries_for(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    user: Any = request.user
    if user.is_staff:
        more = (place for role, place in STAFF_PLACES.items() if user.has_role(role))
        return (*STAFF, *more)
    # A view for members of a client has set who they are there; agents may be members, too.
    is_member = hasattr(request, "member")
    return AGENT if user.agent_or_none and not is_member else MEMBER


def nav(request: HttpRequest) -> dict[str, Any]:
    """`places` and `more_places` for the navigation, `account_places` for the account menu.

    `has_help_launcher` says whether the page has the button that opens Help.
    """
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"places": [], "more_places": [], "account_places": []}
    entries = _entries_for(request)
    more = AGENT_MORE if entries is AGENT else MEMBER_MORE if entries is MEMBER else ()
    items = nav_items(request, (*entries, *more))
    return {
        "places": items[: len(entries)],
        "more_places": items[len(entries) :],
        "account_places": nav_items(request, (*ACCOUNT, *_other_side(request))),
        "has_help_launcher": entries is AGENT and not request.path.startswith(WITHOUT_LAUNCHER),
    }


def _other_side(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    """For an agent who acts for a client, too: the way from each side to the other.

    The pages of an agent do not ask whether there is one, except that of the account.
    """
    user: Any = request.user
    if user.is_staff or not user.agent_or_none:
        return ()
    if hasattr(request, "member"):
        return (OWN_WORK,)
    is_account = request.path == reverse("accounts:account")
    return (COMPANY,) if is_account and client_queries.member_of(user) else ()
