"""Codes by SMS on a whole site: a worker sends them to a provider that may fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hitouch.core.outbox import sms_templates
from tests.deployment.sites import Site, alive, free_port, refusal_of_up
from tests.fakes.sms import Exotel, served, wait_for_messages
from tests.support.waiting import DEADLINE_SECONDS, wait_until

pytestmark = pytest.mark.running
#: The newest code: what else a site sends by itself is none.
NEWEST = """
    FROM core_outboxmessage WHERE template LIKE 'accounts/code%' ORDER BY created_at DESC LIMIT 1
"""
#: Far shorter than a code is valid, and enough for a busy machine.
SOON = 60


@pytest.fixture(scope="module")
def provider() -> Iterator[Exotel]:
    with served(Exotel()) as made:
        yield made


@pytest.fixture(scope="module")
def site(
    provider: Exotel, make_site: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory
) -> Site:
    """A site whose SMS go to our provider, with an id for each text."""
    ids = {name: f"1107{number:015}" for number, name in enumerate(sms_templates.sms_templates())}
    path = tmp_path_factory.mktemp("ids") / "ids.yaml"
    path.write_text("".join(f"{name}: {number}\n" for name, number in ids.items()))
    provider.registered = {
        ids[name]: text.registered for name, text in sms_templates.sms_templates().items()
    }
    return make_site(
        HITOUCH_SMS="exotel",
        HITOUCH_SMS_URL=provider.url,
        HITOUCH_SMS_ACCOUNT=provider.account,
        HITOUCH_SMS_KEY=provider.key,
        HITOUCH_SMS_SECRET=provider.secret,
        HITOUCH_SMS_FROM="HITUCH",
        HITOUCH_SMS_ENTITY="1101000000000000001",
        HITOUCH_SMS_TEMPLATE_IDS=str(path),
    ).start()


def logs(site: Site) -> str:
    return "".join(path.read_text(errors="replace") for path in (site.var / "log").glob("*.log"))


def test_a_code_reaches_a_phone(site: Site, provider: Exotel) -> None:
    """In the words that are registered, and nothing personal stays in a log."""
    assert site.ask_for_code("+919876543210") == 202
    (taken,) = wait_for_messages(provider, 1)
    assert taken["To"] == "+919876543210"
    assert taken["Body"].startswith(f"{taken['Body'][-6:]} is your HitouchCX code to sign up.")
    assert provider.dropped == []
    wait_until(lambda: site.ask(f"SELECT state {NEWEST}") == "SENT", site.said)
    assert site.ask("SELECT paise FROM core_smsday") == 25
    for secret in ("9876543210", taken["Body"][-6:], provider.secret):
        assert secret not in logs(site)


@pytest.mark.parametrize("failure_mode", ["500", "HTML", "truncated", "hangs up"])
def test_a_failure_of_the_provider_is_retried(
    site: Site, provider: Exotel, failure_mode: str
) -> None:
    """The user gets the usual answer; the message waits with the error."""
    provider.failure_mode = failure_mode
    number = {"500": 1, "HTML": 2, "truncated": 3, "hangs up": 4}[failure_mode]
    assert site.ask_for_code(f"+91987654321{number}") == 202
    wait_until(lambda: site.ask(f"SELECT last_error {NEWEST}"), site.said)
    assert site.ask(f"SELECT state {NEWEST}") == "WAITING"
    assert site.status("/readyz") == 200
    provider.failure_mode = "well"


@pytest.mark.parametrize("whole", [False, True], ids=["its processes", "the whole worker"])
def test_a_code_whose_worker_is_killed_is_sent_again_soon(
    site: Site, provider: Exotel, whole: bool
) -> None:
    """Killed while it waits for the provider: another worker sends the code within seconds.

    The provider may have sent the first one: a second SMS is better than none.
    """
    phone = f"+91987654328{whole:d}"

    def posts() -> list[dict[str, str]]:
        return [form for form in provider.asked if form.get("To") == phone]

    provider.failure_mode = "slow"
    assert site.ask_for_code(phone) == 202
    wait_until(posts, site.said)
    worker = site.find("celery", "worker")
    worker.suspend()
    for process in worker.children():
        process.kill()
    provider.failure_mode = "well"
    if whole:  # then the site ends, and is started again
        family = site.family()
        worker.kill()
        assert site.process.wait(DEADLINE_SECONDS) == 1
        wait_until(lambda: not alive(family), site.said)
        site.start()
    else:
        worker.resume()
    wait_until(lambda: site.ask(f"SELECT state {NEWEST}") == "SENT", site.said, seconds=SOON)
    assert site.ask(f"SELECT tries {NEWEST}") == 2
    assert len(posts()) == 2


def test_an_unknown_number_gets_no_log_in_code(site: Site, provider: Exotel) -> None:
    """For a number without an account the answer is the same, and no SMS is sent."""
    asked = len(provider.asked)
    body = {"contact": "+919876543299"}
    assert site.request("/api/v1/auth/log-in/code/", body)[0] == 202
    assert site.ask(f"SELECT state {NEWEST}") == "HUSHED"
    assert len(provider.asked) == asked


def test_a_provider_without_its_settings_is_named(tmp_path: Path) -> None:
    """`up` says in a line what is missing, before it starts anything."""
    sentence = refusal_of_up(tmp_path / "var", free_port(), HITOUCH_SMS="twilio")
    assert "HITOUCH_SMS is twilio: set HITOUCH_SMS_ACCOUNT" in sentence
