"""Every response: request ids, problem details, headers, and outages of the cache."""

import json

import pytest
from django.test import Client

from hitouch.core.monitoring import health

LOG_IN = "/api/v1/auth/tokens/"
GOOD = {"contact": "asha@example.com", "password": "correct-horse-battery"}


def post(body: bytes, content_type: str = "application/json", path: str = LOG_IN):
    return Client(raise_request_exception=False).generic("POST", path, body, content_type)


HOSTILE = {
    "not json": (b"{", 400),
    "a name twice": (b'{"contact": "a", "contact": "b", "password": "x"}', 400),
    "not a number": (b'{"contact": NaN}', 400),
    "nested deep": (b"[" * 50_000 + b"]" * 50_000, 400),
    "NUL": (rb'{"contact": "a\u0000b@example.com", "password": "x"}', 400),
    "lone surrogate": (rb'{"contact": "\ud800", "password": "x"}', 400),
    "bad UTF-8": (b'{"contact": "\xff"}', 400),
    "a list": (b"[1, 2]", 422),
    "a word": (b'"hello"', 422),
    "an empty body": (b"", 422),
    "wrong kinds": (b'{"contact": {"a": 1}, "password": [1]}', 422),
    "too large": (b'{"contact": "' + b"a" * 2_000_000 + b'"}', 413),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "status"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bodies_get_a_clear_refusal(body, status):
    """Any invalid body gets problem details with the request's id, never a 500."""
    answer = post(body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["status"] == status
    assert problem["request_id"] == answer["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "content_type", "status"),
    [
        ("GET", "/api/v1/nothing/here/", "application/json", 404),
        ("GET", "/api/", "application/json", 404),
        ("DELETE", LOG_IN, "application/json", 405),
        ("POST", LOG_IN, "text/xml", 415),
        ("GET", "/api/v1/me/", "application/json", 401),
        ("GET", "/api/v1/opportunities/", "application/json", 401),
    ],
)
def test_every_refusal_has_the_same_format(method, path, content_type, status):
    """Responses that Django or DRF generate have the same format."""
    answer = Client().generic(method, path, b"{}", content_type)
    assert answer.status_code == status
    problem = json.loads(answer.content)
    assert {"type", "title", "status", "code", "detail", "instance", "request_id"} <= set(problem)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PATCH"])
def test_unsupported_method_is_refused_before_authentication(method, db):
    """An unsupported method is 405 with `Allow`, before authentication and onboarding steps."""
    answer = Client().generic(method, "/api/v1/onboarding/documents/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, OPTIONS"


def test_head_is_a_get_without_its_body(db):
    """HEAD is allowed wherever GET is."""
    assert Client().head("/api/v1/onboarding/documents/").status_code == 401
    assert Client().head("/api/v1/schema/").status_code == 200
    assert Client().head("/api/v1/onboarding/documents/submit/").status_code == 405


def test_401_names_the_authentication_scheme():
    """401 carries WWW-Authenticate, so that a program knows the scheme."""
    assert Client().get("/api/v1/me/")["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["abcd-1234-efgh", "x", "a b c d e f g h", "1" * 65, "<script>"])
def test_only_a_plain_request_id_is_accepted(given):
    """A valid id is returned; any other is replaced before it is logged."""
    answer = Client().get("/livez", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) == (given == "abcd-1234-efgh")


@pytest.mark.django_db
def test_pages_carry_a_strict_policy():
    """No inline script or style, no framing, no sniffing; the nonce is new each time."""
    first, second = (Client().get("/") for _ in range(2))
    policy = first["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert first["X-Content-Type-Options"] == "nosniff"
    assert policy != second["Content-Security-Policy"]


@pytest.fixture
def broker_down(settings):
    """A cache at an address without a server."""
    nowhere = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere.sock"}
    settings.CACHES = {"default": nowhere}
    settings.REDIS_URL = nowhere["LOCATION"]


def test_log_in_is_refused_while_the_broker_is_down(asha, broker_down):
    """Rate limits fail closed: page and API answer 503 with `Retry-After`."""
    program = post(json.dumps(GOOD).encode())
    assert (program.status_code, program["Retry-After"]) == (503, "5")
    assert json.loads(program.content)["code"] == "unavailable"
    typed = {"contact": "asha@example.com", "password": "correct-horse-battery"}
    person = Client(raise_request_exception=False).post("/log-in/", typed)
    assert person.status_code == 503
    assert "temporarily unavailable" in person.content.decode()


def test_pages_of_a_logged_in_user_work_while_the_broker_is_down(asha, signed_in, broker_down):
    """Sessions are in the database, so logged-in users are not affected."""
    assert signed_in(asha.user).get("/account/").status_code == 200


def test_liveness_and_readiness_differ(client, db, settings):
    """/livez checks nothing; /readyz names the server that does not answer."""
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").json()["parts"] == dict.fromkeys(health.CHECKS, "ok")
    settings.REDIS_URL = "unix:///nowhere.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"] == "does not answer"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_health_checks_ignore_host_and_tls(settings, path):
    """A load balancer asks an address, not a name: the host is not checked there, nor is TLS."""
    settings.ALLOWED_HOSTS = ["hitouch.example"]
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(path, headers={"Host": "10.0.0.7"}).status_code == 200
    assert Client().get("/", headers={"Host": "10.0.0.7"}).status_code == 400
