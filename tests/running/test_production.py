"""Production settings are safe, and Django agrees."""

import base64
import secrets

from tests.running.sites import environment, manage


def test_the_deployment_check_has_no_warning(tmp_path) -> None:
    """`check --deploy` with nothing but the required settings is silent."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    production = {
        "HITOUCH_DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "HITOUCH_KEYS": f"k1:{key}",
        "ALLOWED_HOSTS": "hitouch.example.com",
        "BASE_URL": "https://hitouch.example.com",
    }
    env = environment(tmp_path, 8000, **production)
    done = manage("check", "--deploy", "--fail-level", "WARNING", env=env)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
