"""Times of staff's lists, searches and start page with 200,000 agents and 500,000 audit events.

Over HTTP on gunicorn, so that pauses of the server count. `bench/staff_lists.py 20000` loads so
many agents, and events and cases in proportion.
"""

import importlib
import sys
import time
from statistics import median

import httpx
from _accounts_site import GunicornSite, running_gunicorn
from _harness import fresh_site, p95, report

AGENTS, EVENTS, CASES = 200_000, 500_000, 30_000
MILLISECONDS, ROUNDS = 150, 40
#: What a request of this machine costs anyway: goals are for one on which it takes so long.
CALIBRATION_MS = 25.0
GIVEN = ("Asha", "Ravi", "Nila", "Meera", "Omar", "Farah", "Gopal", "Lata", "Vijay", "Tara")
FAMILY = ("Rao", "Gupta", "Khan", "Iyer", "Das", "Nair", "Singh", "Bose", "Menon", "Pillai")
PAGES = {
    "users": "/admin/accounts/user/",
    "users, page 100": "/admin/accounts/user/?p=100",
    "users, suspended": "/admin/accounts/user/?status__exact=SUSPENDED",
    "agents": "/admin/accounts/agent/",
    "audit": "/admin/accounts/auditevent/",
    "audit, one action": "/admin/accounts/auditevent/?action=act.7",
    "cases": "/admin/onboarding/kyccase/",
    "cases, waiting": "/admin/onboarding/kyccase/?state__exact=IN_REVIEW",
    "sittings": "/admin/proctoring/sitting/",
    "search: a name": "/admin/accounts/user/?q=asha4711",
    "search: a common name": "/admin/accounts/user/?q=rao",
    "search: one letter": "/admin/accounts/agent/?q=a",
    "search: an email address": "/admin/accounts/user/?q=x4711@example.com",
    "search: a phone number": "/admin/accounts/user/?q=98000 04711",
    "search: a name among cases": "/admin/onboarding/kyccase/?q=asha4711",
    "search: a row in the audit log": f"/admin/accounts/auditevent/?q={4711:032x}",
    "start page": "/admin/",
    "API: cases": "/api/v1/staff/kyc-cases/",
    "API: sittings": "/api/v1/staff/sittings/",
}


def load(agents: int) -> None:
    """Load the rows in SQL."""
    apps = importlib.import_module("django.apps").apps
    tables = importlib.import_module("tests.support.filled_tables")
    transaction = importlib.import_module("django.db").transaction
    share = agents / AGENTS
    names = {
        "accounts.Agent.given_name": f"(ARRAY{list(GIVEN)})[1 + {{g}} % 10] || {{g}}",
        "accounts.Agent.family_name": f"(ARRAY{list(FAMILY)})[1 + ({{g}} / 10) % 10]",
        "accounts.AuditEvent.action": "'act.' || {g} % 90",
        "accounts.AuditEvent.on_kind": "'app.model' || {g} % 40",
        "accounts.AuditEvent.on_id": f"lpad(to_hex({{g}} % {agents}), 32, '0')",
        "accounts.User.status": "CASE WHEN {g} % 1000 = 0 THEN 'SUSPENDED' ELSE 'ACTIVE' END",
        "accounts.User.is_staff": "({g} % 2000 = 0)",
        "onboarding.KycCase.state": f"CASE WHEN {{g}} <= {CASES * share} THEN 'IN_REVIEW' "
        "ELSE 'APPROVED' END",
        # Cases with checks and decided sittings, so that no sweep works on them meanwhile.
        "proctoring.Sitting.state": "CASE WHEN {g} % 100 = 0 THEN 'GRADED' ELSE 'CLEARED' END",
    }
    tables.COLUMNS.update(names)
    counts = dict.fromkeys(
        ("accounts.User", "accounts.Agent", "onboarding.KycCase", "proctoring.Sitting"), agents
    )
    counts["accounts.AuditEvent"] = int(EVENTS * share)
    counts["onboarding.KycCheck"] = int(CASES * share) + 1
    counts["proctoring.Assessment"] = 1
    with transaction.atomic():
        tables.fill([apps.get_model(label) for label in counts], counts, agents)


def measure(site: GunicornSite) -> dict[str, tuple[float, float]]:
    """95th percentile of each page, over the median of a page without rows."""
    conftest = importlib.import_module("conftest")
    staff = conftest.make_staff("Benchmark", "admin")
    type(staff).objects.filter(pk=staff.pk).update(is_superuser=True)
    signed_in = conftest.sign_in(importlib.import_module("django.test").Client(), staff)
    cookies = {name: morsel.value for name, morsel in signed_in.cookies.items()}
    client = httpx.Client(base_url=site.url, cookies=cookies, timeout=60)
    ratio = max(1.0, median(times(client, "/admin/accounts/apikey/")) / CALIBRATION_MS)
    print(f"this machine takes {ratio:.2f} times as long as the goals are for")
    figures: dict[str, tuple[float, float]] = {}
    for name, url in PAGES.items():
        found = times(client, url)
        print(f"{name}: median {median(found):.0f} ms, 95 % {p95(found):.0f}, {max(found):.0f} ms")
        figures[f"staff: {name}, ms"] = (p95(found) / ratio, MILLISECONDS)
    return figures


def times(client: httpx.Client, url: str) -> list[float]:
    """Milliseconds of some requests, after one that fills caches."""
    found = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        response = client.get(url)
        found.append((time.perf_counter() - began) * 1000)
        if response.status_code != 200:
            sys.exit(f"{url}: {response.status_code}")
    return found[1:]


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else AGENTS
    with fresh_site() as site:
        site.start()
        site.set_up_django()
        began = time.monotonic()
        load(number)
        print(f"{number} agents loaded in {time.monotonic() - began:.0f} s")
        with running_gunicorn(site) as server:
            result = measure(server)
    report(result)
