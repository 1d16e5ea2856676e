"""A site on which Google is not configured: nothing of it is there."""

import pytest
from django.test import Client

from accounts.models import User
from tests.support import production_settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/log-in/google/", "/log-in/google/back/", "/account/google/link/"]
)
def test_its_addresses_lead_nowhere(client: Client, path: str) -> None:
    """404, for reading and for sending."""
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_no_page_speaks_of_it(client: Client, lata: User) -> None:
    """Neither to log in, nor to sign up, nor the account."""
    for path in ("/log-in/", "/sign-up/"):
        assert "Google" not in client.get(path).content.decode()
    client.force_login(lata)
    assert "Link Google" not in client.get("/account/").content.decode()


def test_half_a_configuration_is_refused() -> None:
    """An id without its secret: one sentence at the start."""
    checked = production_settings.manage("check", GOOGLE_CLIENT_ID="x")
    assert checked.returncode != 0
    assert "Set both GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET" in checked.stderr
