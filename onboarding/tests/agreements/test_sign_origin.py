"""The IP address of a signature is the one the server sees, whatever the client claims."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON, sign_in
from onboarding import privacy as onboarding_privacy
from onboarding.demo import agents
from onboarding.models import Signature
from onboarding.steps import gates
from onboarding.tests.support.sealed_pdfs import sealed, words_of

pytestmark = pytest.mark.django_db
API = "/api/v1/onboarding/agreements/"
TRUE, PROXY, FORGED = "103.21.58.66", "10.1.2.3", "6.6.6.6"
#: Headers that clients and proxies use to claim an address.
CLAIMS = {
    "X-Forwarded-For": FORGED,
    "X-Real-IP": FORGED,
    "Forwarded": f"for={FORGED};proto=https",
    "X-Client-IP": FORGED,
    "X-Cluster-Client-IP": FORGED,
    "CF-Connecting-IP": FORGED,
    "True-Client-IP": FORGED,
    "Fastly-Client-IP": FORGED,
    "X-Originating-IP": FORGED,
    "X-Remote-Addr": FORGED,
    "Remote-Addr": FORGED,
    "Via": f"1.1 {FORGED}",
}
#: Parameters that an earlier version trusted.
PARAMETERS = {"ip": FORGED, "ip_address": FORGED, "ipAddress": FORGED, "network_address": FORGED}


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "assessment"


@pytest.fixture
def ready(assessed: Agent) -> Agent:
    """Nila before the agreements, with both texts read."""
    agents.read_agreements(agent=assessed, now=NOON)
    return assessed


def sign_on_pages(client: Client, agent: Agent, claims: dict[str, str]) -> None:
    body = {
        "accept": [str(text.pk) for text in gates.unsigned_agreements(agent)],
        "typed_name": agent.name,
        "channel": "email",
    }
    client.post(reverse("onboarding:agreements"), body | PARAMETERS, headers=claims)
    code = {"code": agents.latest_code(agent)}
    url = reverse("onboarding:agreements-code")
    response = client.post(url, code | PARAMETERS, headers=claims, query_params=PARAMETERS)
    assert response.status_code == 302


def sign_in_api(client: Client, agent: Agent, claims: dict[str, str]) -> None:
    as_json = {"content_type": "application/json", "headers": claims}
    assert client.post(f"{API}code/", PARAMETERS, **as_json).status_code == 202
    body = {
        "accept": [str(text.pk) for text in gates.unsigned_agreements(agent)],
        "typed_name": agent.name,
        "code": agents.latest_code(agent),
    }
    in_address = client.post(f"{API}sign/", body, query_params=PARAMETERS, **as_json)
    assert in_address.status_code == 400
    answer = client.post(f"{API}sign/", body | PARAMETERS, **as_json)
    assert answer.status_code == 201


ON_PAGE_AND_API = pytest.mark.parametrize("sign", [sign_on_pages, sign_in_api], ids=["page", "api"])


def addresses(agent: Agent) -> list[str | None]:
    return sorted(set(Signature.objects.filter(agent=agent).values_list("ip", flat=True)))


def client_from(agent: Agent, peer: str) -> Client:
    """The agent's client; `peer` is the address of the connection."""
    return sign_in(Client(REMOTE_ADDR=peer), agent.user)


@ON_PAGE_AND_API
def test_without_a_proxy_headers_are_ignored(ready: Agent, sign: Any) -> None:
    """Without a trusted proxy the address is that of the connection."""
    sign(client_from(ready, TRUE), ready, CLAIMS)
    assert addresses(ready) == [TRUE]


@ON_PAGE_AND_API
@pytest.mark.parametrize(
    "forwarded",
    [
        TRUE,
        f"{FORGED}, {TRUE}",
        f"{FORGED},{FORGED},  {TRUE} ",
        f"{TRUE}:50123",
        f"unknown, \x00, {FORGED}, {TRUE}",
    ],
)
def test_the_trusted_proxy_adds_the_last_address(
    ready: Agent, sign: Any, forwarded: str, settings: Any
) -> None:
    """Behind a trusted proxy the last address of X-Forwarded-For counts, not the earlier ones."""
    settings.HITOUCH_TRUSTED_PROXIES = ["1"]
    sign(client_from(ready, PROXY), ready, CLAIMS | {"X-Forwarded-For": forwarded})
    assert addresses(ready) == [TRUE]


@ON_PAGE_AND_API
def test_a_request_that_bypasses_the_proxy(ready: Agent, sign: Any, settings: Any) -> None:
    """Without X-Forwarded-For the address of the connection counts."""
    settings.HITOUCH_TRUSTED_PROXIES = ["1"]
    claims = {name: says for name, says in CLAIMS.items() if name != "X-Forwarded-For"}
    sign(client_from(ready, TRUE), ready, claims)
    assert addresses(ready) == [TRUE]


@ON_PAGE_AND_API
@pytest.mark.parametrize(
    "forwarded", ["unknown", f"{FORGED}, <script>", "999.1.1.1", FORGED + "6" * 40]
)
def test_an_invalid_address_is_not_recorded(
    ready: Agent, sign: Any, forwarded: str, settings: Any
) -> None:
    """If the proxy sends no valid address, none is recorded; signing works."""
    settings.HITOUCH_TRUSTED_PROXIES = ["1"]
    sign(client_from(ready, PROXY), ready, {"X-Forwarded-For": forwarded})
    assert [row.ip for row in Signature.objects.filter(agent=ready)] == [None, None]


@ON_PAGE_AND_API
def test_every_copy_shows_the_true_address(ready: Agent, sign: Any) -> None:
    """Page, sealed PDF and data export show the true address and no other."""
    client = client_from(ready, TRUE)
    sign(client, ready, CLAIMS)
    signature = ready.signatures.get(kind="CONTRACTOR")
    page = client.get(reverse("onboarding:signature", args=[signature.pk])).content.decode()
    pdf = words_of(sealed(ready, at=NOON + timedelta(minutes=1))["CONTRACTOR"])
    exported = {
        row["network_address"] for row in onboarding_privacy.export(ready.user)["agreements"]
    }
    assert exported == {TRUE}
    for copy in (page, pdf):
        assert TRUE in copy
        assert FORGED not in copy
