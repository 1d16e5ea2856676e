"""Fuzzes the API from its OpenAPI document, as agents at each onboarding step and as staff.

Schemathesis generates valid, invalid and boundary requests. No response may be a server error;
each must have the status, content type and schema that the document states, and an endpoint that
needs a token must refuse requests without one.
"""

import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from _harness import Site, fresh_site, report

from hitouch.demo import people as demo_people
from hitouch.journey import cast

EXAMPLES, SEED, CASES = 12, 20_261_125, 8_000
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method",
    "allow_header_conformance", "ignored_auth",
)  # fmt: skip
MINE = "onboarding|verify"
STAFF = "staff/(kyc-cases|held-pictures|account-tests|payment-stops|words|signatures)"
#: Which kind of primary key fits which URL, so that not every request ends in a 404.
NAMED = {
    "staff/kyc-cases/": "cases", "staff/held-pictures/": "held", "staff/words/": "words",
    "staff/account-tests/": "tests", "staff/signatures/": "signatures",
    "onboarding/agreements/.*read": "texts", "onboarding/agreements/.*pdf": "signatures",
}  # fmt: skip


def people(site: Site) -> Iterator[tuple[str, str, str]]:
    """(description, token, URL pattern): an agent at each step, staff, and an anonymous client."""
    made = importlib.import_module("_onboarding_agents")
    for step, agent in made.agents():
        yield f"an agent at {step}", _token(site, agent.user.email, demo_people.PASSWORD), MINE
    made.fill_staff_queues()
    for person in (demo_people.REVIEWER, demo_people.MEERA):
        login = cast.CastLogin(person.email, demo_people.PASSWORD, person.totp_secret)
        token = _token(site, login.contact, login.password, second_factor=login.second_factor())
        yield f"staff, {person.email}", token, f"{MINE}|{STAFF}"
    yield "anonymous", "", f"{MINE}|{STAFF}"


def _token(site: Site, contact: str, password: str, **more: str) -> str:
    body = {"contact": contact, "password": password} | more
    answer = httpx.post(f"{site.url}/api/v1/auth/tokens/", json=body).raise_for_status()
    return str(answer.json()["access_token"])


def schemathesis_config(ids: dict[str, list[str]]) -> str:
    """Configuration by which three of four requests name a row that exists."""
    lines = ["[dictionaries]"]
    lines += [f"{name}.values = {json.dumps(found)}" for name, found in ids.items() if found]
    for where, name in NAMED.items():
        if ids.get(name):
            lines += ["[[operations]]", f"include-path-regex = '/api/v1/{where}.*'"]
            lines += [f'parameters."path.id" = {{ dictionary = "{name}", probability = 0.75 }}']
    return "\n".join(lines) + "\n"


def fuzz(site: Site, token: str, where: str, folder: Path) -> dict[str, Any]:
    """Run Schemathesis with one person's token. Returns its report."""
    rows = importlib.import_module("_onboarding_agents").ids()
    (folder / "schemathesis.toml").write_text(schemathesis_config(rows))
    argv = [sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run"]
    argv += [f"{site.url}/api/v1/schema/", "--include-path-regex", f"^/api/v1/({where})"]
    argv += ["--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing", "--workers", "1"]
    argv += ["-n", str(EXAMPLES), "--seed", str(SEED), "--no-shrink", "--continue-on-failure"]
    argv += ["--generation-database", "none", "--warnings", "off", "--no-color"]
    argv += ["--report", "json", "--report-json-path", "found.json"]
    argv += ["-H", f"Authorization: Bearer {token}"] if token else []
    ran = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    if not (folder / "found.json").exists():
        sys.exit(ran.stdout + ran.stderr)
    found: dict[str, Any] = json.loads((folder / "found.json").read_text())
    if found["exit_code"]:
        print(ran.stdout.partition("= FAILURES =")[2] or ran.stdout)
    return found


def main() -> None:
    """One person after another, on the same site."""
    failed = cases = untested = 0
    with fresh_site() as site, tempfile.TemporaryDirectory() as made:
        site.start()
        site.settle()
        site.set_up_django()
        for who, token, where in people(site):
            found = fuzz(site, token, where, Path(made))
            ran, operations = found["test_cases"], found["operations"]
            wrong = ran["unique_failures"] + ran["errored"] + len(found["errors"])
            print(f"{who}: {operations['tested']} operations, {ran['generated']} cases, "
                  f"{wrong} failures, {found['running_time']:.0f} s", flush=True)  # fmt: skip
            failed, cases = failed + wrong, cases + ran["generated"]
            untested += operations["selected"] - operations["tested"]
            (Path(made) / "found.json").unlink()
    print(f"{cases} cases")
    report({
        "schema: answers that the document does not promise": (failed, 0),
        "schema: operations not asked": (untested, 0),
        f"schema: cases short of {CASES:,}": (max(0, CASES - cases), 0),
    })  # fmt: skip


if __name__ == "__main__":
    main()
