"""The network address under a signature is the one that the server sees, whatever is claimed."""

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
#: What browsers and half the proxies of the world may say about where they are.
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
#: Parameters that an earlier program of ours believed.
PARAMETERS = {"ip": FORGED, "ip_address": FORGED, "ipAddress": FORGED, "network_address": FORGED}


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
    done = client.post(url, code | PARAMETERS, headers=claims, query_params=PARAMETERS)
    assert done.status_code == 302


def sign_over_rest(client: Client, agent: Agent, claims: dict[str, str]) -> None:
    as_json = {"content_type": "application/json", "headers": claims}
    assert client.post(f"{API}code/", PARAMETERS, **as_json).status_code == 202
    body = {
        "accept": [str(text.pk) for text in gates.unsigned_agreements(agent)],
        "typed_name": agent.name,
        "code": agents.latest_code(agent),
    }
    answer = client.post(f"{API}sign/", body | PARAMETERS, query_params=PARAMETERS, **as_json)
    assert answer.status_code == 201


DOORS = pytest.mark.parametrize("sign", [sign_on_pages, sign_over_rest], ids=["page", "api"])


def addresses(agent: Agent) -> list[str | None]:
    return sorted(set(Signature.objects.filter(agent=agent).values_list("ip", flat=True)))


def from_where(agent: Agent, peer: str) -> Client:
    """The agent's browser; `peer` is at the other end of the connection."""
    return sign_in(Client(REMOTE_ADDR=peer), agent.user)


@DOORS
def test_nobody_else_is_believed(ready: Agent, sign: Any) -> None:
    """Without a proxy of ours it is the connection's address, whatever any header says."""
    sign(from_where(ready, TRUE), ready, CLAIMS)
    assert addresses(ready) == [TRUE]


@DOORS
@pytest.mark.parametrize(
    "said",
    [
        TRUE,
        f"{FORGED}, {TRUE}",
        f"{FORGED},{FORGED},  {TRUE} ",
        f"{TRUE}:50123",
        f"unknown, \x00, {FORGED}, {TRUE}",
    ],
)
def test_our_proxy_adds_the_last(ready: Agent, sign: Any, said: str, settings: Any) -> None:
    """Behind our proxy it is what the proxy wrote, the last; what came with the request is not."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    sign(from_where(ready, PROXY), ready, CLAIMS | {"X-Forwarded-For": said})
    assert addresses(ready) == [TRUE]


@DOORS
def test_who_goes_round_the_proxy_is_seen(ready: Agent, sign: Any, settings: Any) -> None:
    """Behind a proxy, a request that carries no word of it is from where it comes."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    claims = {name: says for name, says in CLAIMS.items() if name != "X-Forwarded-For"}
    sign(from_where(ready, TRUE), ready, claims)
    assert addresses(ready) == [TRUE]


@DOORS
@pytest.mark.parametrize("said", ["unknown", f"{FORGED}, <script>", "999.1.1.1", FORGED + "6" * 40])
def test_what_is_no_address_is_not_written(
    ready: Agent, sign: Any, said: str, settings: Any
) -> None:
    """A proxy that says nonsense costs the address, never the signature, and lends no other."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    sign(from_where(ready, PROXY), ready, {"X-Forwarded-For": said})
    assert [row.ip for row in Signature.objects.filter(agent=ready)] == [None, None]


@DOORS
def test_the_true_one_stands_on_every_copy(ready: Agent, sign: Any) -> None:
    """Page, sealed paper and the copy of one's data say the true address and no other."""
    client = from_where(ready, TRUE)
    sign(client, ready, CLAIMS)
    signature = ready.signatures.get(kind="CONTRACTOR")
    page = client.get(reverse("onboarding:signature", args=[signature.pk])).content.decode()
    paper = words_of(sealed(ready, at=NOON + timedelta(minutes=1))["CONTRACTOR"])
    told = {row["network_address"] for row in onboarding_privacy.export(ready.user)["agreements"]}
    assert told == {TRUE}
    for copy in (page, paper):
        assert TRUE in copy
        assert FORGED not in copy
