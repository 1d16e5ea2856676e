"""The home page with all apps' parts: the same number of queries, the same at both doors."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent
from conftest import NOON, make_agent, make_staff, sign_in
from hitouch import seeding
from onboarding import seeding as onboarding
from onboarding.home import home_of
from tests import busy
from tests.life.conftest import _owner

PAGE, API = "/home/", "/api/v1/onboarding/home/"
#: What one view may ask of the database, session and person included, at any stage.
MOST = 45


def make_cast() -> dict[str, Any]:
    seeding.reference(now=NOON - 9 * busy.DAY)
    reviewer, finance = make_staff("Rekha", "reviewer"), make_staff("Mohan", "finance")
    cast = busy.Cast(_owner(), finance, make_staff("Chitra", "finance"), make_staff("S", "support"))
    made: dict[str, Any] = {"cast": cast, "nila": make_agent("Nila", given_name="", family_name="")}
    for place, name in enumerate(("Asha", "Ravi", "Divya")):
        agent = made[name.lower()] = make_agent(name)
        onboarding.clear_agent(agent=agent, reviewer=reviewer, now=NOON - 3 * busy.DAY)
        if name != "Divya":
            number = f"50100432198{place}"
            onboarding.give_account(
                agent=agent, finance=finance, now=NOON - 3 * busy.DAY, number=number
            )
    busy.fill(Agent.objects.get(pk=made["asha"].pk), cast, rows=8, now=NOON)
    return made


@pytest.fixture(scope="module")
def made(in_one_world: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from django.test import override_settings

    with override_settings(HITOUCH_PRIVATE_FILES=tmp_path_factory.mktemp("theirs")):
        return in_one_world(make_cast)
