"""Queries and time of an agent's dashboard, empty and with 40 rows of each kind."""

import importlib
import logging
import os

import django
from _harness import fresh_site, report

from hitouch.stack.paths import addresses

ROWS = 40
ENDPOINTS = {"page": "/home/", "API": "/api/v1/onboarding/home/"}
#: The busy page may take so many times as long as the empty one, and so many milliseconds.
RATIO, MILLISECONDS = 1.5, 150


def measure() -> dict[str, tuple[float, float]]:
    """Page and API, for a cleared agent without rows and for a busy one."""
    pages, agents = importlib.import_module("_pages"), importlib.import_module("_working_agents")
    ravi, asha = agents.working_agents(ROWS)
    figures: dict[str, tuple[float, float]] = {}
    for name, url in ENDPOINTS.items():
        few, short = pages.cost(pages.client_of(ravi), url)
        many, long = pages.cost(pages.client_of(asha), url)
        print(f"{name}: {few} queries and {short:.1f} ms empty, {many} and {long:.1f} ms full")
        figures[f"home {name}: queries more with {ROWS} rows of each kind"] = (many - few, 0)
        figures[f"home {name}: ms with {ROWS} rows of each kind"] = (long, MILLISECONDS)
        figures[f"home {name}: times as long as empty"] = (long / short, RATIO)
    return figures


if __name__ == "__main__":
    with fresh_site() as site:
        site.start()
        paths = addresses(site.folder / "var")
        os.environ |= {
            "HITOUCH_DEBUG": "1",
            "HITOUCH_VAR": str(site.folder / "var"),
            "DATABASE_URL": paths.database_url,
            "REDIS_URL": paths.redis_url,
            "DJANGO_SETTINGS_MODULE": "hitouch.settings",
        }
        django.setup()
        logging.disable(logging.INFO)
        found = measure()
    report(found)
