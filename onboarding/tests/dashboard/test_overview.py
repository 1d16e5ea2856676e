"""The page "You" and the own profile: everything an agent has, reachable from the menu."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onboarding.tests.factories import signed_agent

pytestmark = pytest.mark.django_db

YOU = "/you/"
SECTIONS = ("person", "address", "work", "studies", "jobs")


def links_of(page: str) -> set[str]:
    return set(re.findall(r'href="(/[^"#?]*)', page))


@pytest.fixture
def cleared_nila(db: None) -> Any:
    """An agent who has completed every step."""
    return signed_agent()


def test_a_cleared_agent_reaches_every_part(cleared_nila: Any, agent_client: Any):
    """Profile, photo, résumé, documents, test, agreements and accounts are one tap away."""
    page = agent_client(cleared_nila).get(YOU).text
    wanted = {
        *(
            reverse("onboarding:profile-section", args=[key])
            for key in ("person", "address", "work")
        ),
        *(f"/onboarding/{name}/" for name in ("documents", "agreements", "assessment", "resume")),
        reverse("onboarding:profile-photo"),
        reverse("onboarding:bank-account"),
        reverse("accounts:account"),
        reverse("accounts:contacts"),
        reverse("gigs:own-profile"),
    }
    assert wanted <= links_of(page)
    assert "Nila" in page


def test_the_photo_is_shown(cleared_nila: Any, agent_client: Any):
    """The picture's address is signed for this person, and opens."""
    client = agent_client(cleared_nila)
    source = re.search(r'class="you-photo" src="([^"]+)"', client.get(YOU).text)
    assert client.get(html.unescape(source[1])).headers["Content-Type"].startswith("image/")


def test_every_link_opens(cleared_nila: Any, agent_client: Any):
    """No link of the page leads back to another step, or to an error."""
    client = agent_client(cleared_nila)
    main = client.get(YOU).text.partition("<main")[2].partition("</main")[0]
    for path in links_of(main) - {reverse("onboarding:photo-file"), "/onboarding/"}:
        answer = client.get(path)
        assert answer.status_code in (200, 302), path
        assert answer.headers.get("Location", "") not in ("/home/", "/onboarding/"), path


def test_the_menu_and_home_lead_there(cleared_nila: Any, agent_client: Any):
    """The menu has the place, lit on the pages below it."""
    client = agent_client(cleared_nila)
    assert f'href="{YOU}"' in client.get("/home/").text
    for path in (YOU, "/onboarding/documents/", "/account/", "/you/as-clients-see-you/"):
        assert re.search(rf'href="{YOU}" aria-current="page"', client.get(path).text), path


def test_a_new_agent_sees_which_step_comes_first(nila: Any, agent_client: Any):
    """A part that is not open names the step before it, and has no link that leads nowhere."""
    page = agent_client(nila).get(YOU).text
    assert "Opens after this step: " in page
    assert reverse("onboarding:agreements") not in links_of(page)


def test_a_fixed_number_of_queries(cleared_nila: Any, agent_client: Any):
    """The number does not grow with jobs, studies and signatures."""
    client = agent_client(cleared_nila)
    client.get(YOU)
    with CaptureQueriesContext(connection) as few:
        client.get(YOU)
    for year in range(2001, 2006):
        cleared_nila.qualifications.create(level="CERTIFICATE", title=f"Course {year}", year=year)
        cleared_nila.experiences.create(
            company="Orchid", role="Agent", domain="SUPPORT", started_on=f"{year}-01-01"
        )
    with CaptureQueriesContext(connection) as many:
        client.get(YOU)
    assert len(many) <= len(few)
    assert len(few) <= 32


def test_own_profile_is_what_clients_see(cleared_nila: Any, agent_client: Any):
    """Skills, languages, level and words about oneself; no contact, address or birth date."""
    cleared_nila.bio = "Eight years of chat"
    cleared_nila.skills = ["Billing support"]
    cleared_nila.save()
    page = agent_client(cleared_nila).get(reverse("gigs:own-profile")).text.partition("<main")[2]
    assert "Eight years of chat" in page
    assert "Billing support" in page
    assert cleared_nila.level in page
    user, address = cleared_nila.user, cleared_nila.current_address
    for secret in (user.email, user.phone, cleared_nila.birth_on, address["pin"]):
        assert secret not in page


def test_strangers_have_no_such_page(reviewer: Any, staff_client: Any, client: Any):
    """Staff and visitors do not get it."""
    for path in (YOU, reverse("gigs:own-profile")):
        assert client.get(path).status_code == 302
        assert staff_client(reviewer).get(path).status_code in (302, 403, 404)
