"""`manage.py` in another terminal finds the site that `make run` started, and its servers."""

import subprocess
import sys

import httpx
import pytest

from tests.deployment.sites import LONG_SECONDS, PROJECT, Site, environment, free_port, manage
from tests.support.waiting import DEADLINE_SECONDS, wait_until

pytestmark = [
    pytest.mark.running,
    pytest.mark.skipif((PROJECT / ".env").exists(), reason="This clone has settings of its own."),
]


def terminal(site: Site, **more: str) -> dict[str, str]:
    """A shell in which only the site's folder is named, because it is not `var` in the clone."""
    found = environment(site.var, site.port, **more)
    return {
        name: value
        for name, value in found.items()
        if name not in ("HITOUCH_DEBUG", "HITOUCH_PORT")
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "no issues"),
        (["migrate"], "No migrations to apply"),
        (["makemigrations", "--check", "--dry-run"], "No changes detected"),
        (["shell", "-c", "print(User.objects.filter(is_staff=True).exists())"], "True"),
        (["seed"], "is complete"),
    ],
)
def test_a_command_works_on_the_running_site(site: Site, arguments: list[str], said: str) -> None:
    """Without a variable for debug mode, port, database or broker."""
    done = manage(*arguments, env=terminal(site))
    assert done.returncode == 0, done.stderr
    assert said in done.stdout


def test_dbshell_needs_no_psql_of_the_system(site: Site) -> None:
    """The embedded PostgreSQL brings one; its folder has a space in its name or not."""
    shell = terminal(site, PATH="/nowhere")
    done = manage("dbshell", "--", "-Atc", "SELECT count(*) > 5 FROM accounts_user", env=shell)
    assert done.stdout.strip() == "t", done.stderr


def test_journey_passes_on_the_running_site(site: Site) -> None:
    """Its default is the address on which the site was started."""
    said = manage("journey", "--help", env=terminal(site)).stdout
    assert f"http://127.0.0.1:{site.port}" in said


def test_createsuperuser_makes_an_admin_with_a_second_factor(site: Site) -> None:
    """Django's command works, and the account has a second factor."""
    shell = terminal(site, DJANGO_SUPERUSER_PASSWORD="correct-horse-battery-9")
    done = manage("createsuperuser", "--noinput", "--email", "chief@example.com", env=shell)
    assert "Set-up key:" in done.stdout, done.stderr
    roles = site.ask(
        "SELECT string_agg(g.name, ',') FROM accounts_user u JOIN accounts_user_groups ug"
        " ON ug.user_id = u.id JOIN auth_group g ON g.id = ug.group_id"
        " WHERE u.email = 'chief@example.com' AND u.is_staff"
    )
    assert roles == "admin"


def test_createsuperuser_without_input(site: Site) -> None:
    """A script without an address fails with a sentence."""
    done = manage("createsuperuser", "--noinput", env=terminal(site))
    assert done.returncode == 1
    assert "Give --email" in done.stderr


def test_runserver_serves_the_same_site(site: Site) -> None:
    """Django's own server runs beside, on the same database."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", str(port), "--noreload"],
        cwd=PROJECT, env=terminal(site), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(
            lambda: answers(port) or server.poll() is not None, site.said, seconds=LONG_SECONDS
        )
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=60).status_code == 200
    finally:
        server.terminate()  # a background job may ignore SIGINT
        server.wait(DEADLINE_SECONDS)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/livez", timeout=60).status_code == 200
    except httpx.ConnectError:
        return False


def test_an_ended_site_is_named_and_its_data_stay(site: Site) -> None:
    """Commands say what to start; where the site was is known to the next terminal, too."""
    site.end()
    done = manage("migrate", env=terminal(site))
    assert done.returncode == 1
    assert "is not running: start `make run`" in done.stderr
    assert "\n" not in done.stderr.strip()
    refused = manage("journey", env=terminal(site))
    assert f"Nothing answers at http://127.0.0.1:{site.port}: start `make run`" in refused.stderr
