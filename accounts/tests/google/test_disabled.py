"""A site on which Google log-in is not configured."""

import pytest
from django.test import Client

from accounts.models import User
from tests.support import production_settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/log-in/google/", "/log-in/google/back/", "/account/google/link/"]
)
def test_urls_are_404(client: Client, path: str) -> None:
    """For GET and POST."""
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_pages_do_not_mention_google(client: Client, lata: User) -> None:
    """Neither log-in, sign-up nor the account page."""
    for path in ("/log-in/", "/sign-up/"):
        assert "Google" not in client.get(path).content.decode()
    client.force_login(lata)
    assert "Link Google" not in client.get("/account/").content.decode()


def test_incomplete_configuration_is_refused() -> None:
    """A client id without its secret stops the site at start, with one sentence."""
    checked = production_settings.manage("check", GOOGLE_CLIENT_ID="x")
    assert checked.returncode != 0
    assert "Set both GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET" in checked.stderr
