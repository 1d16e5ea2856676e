"""The demo's people and their log-ins. For development only."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from accounts.mfa import totp

PASSWORD = "gulmohar-in-bloom"  # noqa: S105  (seeded in development only)


@dataclass(frozen=True)
class DemoPerson:
    """A person created by the seed: agents have a name, staff have roles, members a client."""

    email: str
    phone: str
    what: str
    given_name: str = ""
    family_name: str = ""
    roles: tuple[str, ...] = ()
    client: str = ""

    @property
    def has_factor(self) -> bool:
        """Whether the person logs in with an authenticator app: staff and clients' members."""
        return bool(self.roles or self.client)

    @property
    def totp_secret(self) -> str:
        """The secret of their authenticator app."""
        digest = hashlib.sha1(f"demo:{self.email}".encode(), usedforsecurity=False).digest()
        return base64.b32encode(digest).decode()


ASHA = DemoPerson("asha@example.com", "+919876500001", "Asha, agent, onboarded", "Asha", "Rao")
RAVI = DemoPerson("ravi@example.com", "+919876500002", "Ravi, agent, onboarded", "Ravi", "Menon")
NILA = DemoPerson(
    "nila@example.com", "+919876500003", "Nila, agent, onboarding in progress", "Nila", "Das"
)
ORCHID = DemoPerson(
    "orchid@example.com", "+919876500004", "Orchid Retail, client", client="Orchid Retail"
)
FARAH = DemoPerson("farah@example.com", "+919876500013", "Farah, agent, onboarded", "Farah", "Khan")
LOTUS = DemoPerson(
    "lotus@example.com", "+919876500014", "Lotus Books, client", client="Lotus Books"
)
MEERA = DemoPerson(
    "meera@example.com", "+919876500005", "Meera, staff, all roles", roles=("admin",)
)
REVIEWER = DemoPerson(
    "reviewer@example.com", "+919876500006", "Staff: documents", roles=("reviewer",)
)
PROCTOR = DemoPerson(
    "proctor@example.com", "+919876500007", "Staff: assessments", roles=("proctor",)
)
GRADER = DemoPerson(
    "grader@example.com", "+919876500015", "Staff: marks answers", roles=("grader",)
)
MAKER = DemoPerson(
    "maker@example.com", "+919876500008", "Staff: starts payouts", roles=("finance",)
)
CHECKER = DemoPerson(
    "checker@example.com", "+919876500009", "Staff: settles payouts", roles=("finance",)
)
SUPPORT = DemoPerson("support@example.com", "+919876500010", "Staff: support", roles=("support",))
OPERATIONS = DemoPerson(
    "operations@example.com",
    "+919876500011",
    "Staff: accounts and operations",
    roles=("operations",),
)
SENIOR_REVIEWER = DemoPerson(
    "senior@example.com", "+919876500012", "Staff: escalated documents", roles=("senior_reviewer",)
)
AGENTS = (ASHA, RAVI, FARAH, NILA)
STAFF = (MEERA, REVIEWER, SENIOR_REVIEWER, PROCTOR, GRADER, MAKER, CHECKER, SUPPORT, OPERATIONS)
CLIENTS = (ORCHID, LOTUS)
EVERYBODY = (*AGENTS, *CLIENTS, *STAFF)


def people(*, now: datetime) -> list[dict[str, str]]:
    """Everybody, with their current authenticator code if they need one."""
    return [
        {
            "what": person.what,
            "email": person.email,
            "password": PASSWORD,
            "second_factor": totp.code(person.totp_secret, now) if person.has_factor else "",
        }
        for person in EVERYBODY
    ]


def logins() -> list[str]:
    """Lines to print when the site has started."""
    width = max(len(person.email) for person in EVERYBODY)
    lines = [f"  {person.email:<{width}}  {person.what}" for person in EVERYBODY]
    return [
        f"Demo logins, password “{PASSWORD}” (staff and the client: the code is on /dev/outbox/):",
        *lines,
    ]
