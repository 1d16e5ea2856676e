"""Queries and time of profile pages with 40 entries, compared with an empty profile."""

import importlib

from _harness import fresh_site, report

ENTRIES = 20
PAGES = {
    "studies page": "/onboarding/profile/studies/",
    "jobs page": "/onboarding/profile/jobs/",
    "API": "/api/v1/onboarding/profile/",
}


def measure() -> dict[str, tuple[float, float]]:
    """Each page with none and with 20 of each kind."""
    pages = importlib.import_module("_pages")
    agent, client = pages.client_of_nila()
    costs = {}
    for entries in (0, ENTRIES):
        pages.fill(agent, entries)
        costs[entries] = {name: pages.cost(client, url) for name, url in PAGES.items()}
    figures: dict[str, tuple[float, float]] = {}
    for name in PAGES:
        (few, short), (many, long) = costs[0][name], costs[ENTRIES][name]
        print(f"{name}: {few} queries and {short:.1f} ms empty, {many} and {long:.1f} ms full")
        figures[f"profile {name}: queries more with 40 entries"] = (many - few, 0)
        figures[f"profile {name}: ms with 40 entries"] = (long, 150)
    return figures


if __name__ == "__main__":
    with fresh_site() as site:
        site.start()
        site.set_up_django()
        found = measure()
    report(found)
