"""`manage.py` finds the settings of `make run`, but guesses none for a deployment."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import hypothesis
import hypothesis.strategies as st
import pytest
from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values

from hitouch.management.commands.runserver import port_beside
from hitouch.settings import env
from hitouch.stack import development, env_files
from hitouch.stack.errors import StackError
from hitouch.stack.paths import StackPaths, stack_paths
from tests.support.source_files import ROOT


@pytest.fixture(autouse=True)
def bare_environment() -> Iterator[None]:
    """No environment variable is set."""
    with mock.patch.dict(os.environ, clear=True):
        yield


@pytest.fixture
def paths(tmp_path: Path) -> StackPaths:
    """The var folder of a project on which `make run` ran on port 8123 and was ended."""
    found = stack_paths(tmp_path / "a clone" / "var")
    found.var.mkdir(parents=True)
    os.environ["HITOUCH_PORT"] = "8123"
    development.write_settings(found)
    del os.environ["HITOUCH_PORT"]
    return found


def variables() -> dict[str, str]:
    """The environment without pytest's own variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


def test_the_settings_of_the_last_run_are_used(paths):
    """Without a variable, the settings of the site under var/ apply."""
    development.use_settings(paths.var.parent)
    assert variables() == {"HITOUCH_DEBUG": "1", "HITOUCH_PORT": "8123"}


@pytest.mark.parametrize("name", [*development.DEPLOYMENT, "SECRET_KEY_FILE", "HITOUCH_DEBUG_FILE"])
def test_a_deployment_is_not_mixed_with_the_development_site(paths, name):
    """One setting of a deployment is enough: a missing one is named, not guessed."""
    os.environ[name] = "given"
    development.use_settings(paths.var.parent)
    assert variables() == {name: "given"}


@pytest.mark.parametrize("value", ["0", "no", ""])
def test_debug_that_is_off_stays_off(paths, value):
    """The file does not override HITOUCH_DEBUG=0."""
    os.environ["HITOUCH_DEBUG"] = value
    development.use_settings(paths.var.parent)
    assert variables() == {"HITOUCH_DEBUG": value}


def test_environment_variables_take_precedence(paths):
    """A variable of the shell comes before `.env`, and `.env` before the last run."""
    (paths.var.parent / ".env").write_text(
        "HITOUCH_DEBUG=1\nHITOUCH_PORT=8200\nBASE_URL=http://x\n"
    )
    os.environ["BASE_URL"] = "http://y"
    development.use_settings(paths.var.parent)
    assert os.environ["HITOUCH_PORT"] == "8200"
    assert os.environ["BASE_URL"] == "http://y"


def test_only_debug_and_port_are_read(paths):
    """A file under var/ cannot set other variables."""
    with paths.development_settings.open("a") as file:
        file.write("SECRET_KEY=abc\nPATH=/elsewhere\n")
    development.use_settings(paths.var.parent)
    assert {"SECRET_KEY", "PATH"}.isdisjoint(os.environ)


def test_a_folder_without_the_file_sets_nothing(paths):
    """A production site has a var folder too, and a run in production removes the file."""
    development.remove_settings(paths)
    development.use_settings(paths.var.parent)
    assert not variables()


def test_only_the_owner_may_read_the_file(paths):
    """The address of a database can have a password in it."""
    assert stat.S_IMODE(paths.development_settings.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["migrate", "shell", "dbshell", "seed", "runserver"])
def test_a_command_that_needs_the_servers_fails_without_them(paths, command):
    """The error says at once that the site is not running and how to start it."""
    development.use_settings(paths.var.parent)
    with pytest.raises(StackError, match="is not running: start `make run`"):
        development.require_servers(paths.var.parent, [command])


@pytest.mark.parametrize(
    "command_line", ["", "help", "check --deploy", "migrate --help", "test accounts"]
)
def test_other_commands_need_no_servers(paths, command_line):
    """Help and checks work while nothing runs."""
    development.use_settings(paths.var.parent)
    development.require_servers(paths.var.parent, command_line.split())


@pytest.mark.parametrize("given", [{"DATABASE_URL": "postgresql://x/y"}, {"HITOUCH_DEBUG": "0"}])
def test_servers_of_a_deployment_are_not_checked(paths, given):
    """With a database of one's own, Django's connection error is shown."""
    os.environ.update(given)
    development.use_settings(paths.var.parent)
    development.require_servers(paths.var.parent, ["migrate"])


@pytest.mark.parametrize(
    ("base_url", "port"),
    [("http://127.0.0.1:8123", "8124"), ("https://x", "8001"), ("http://x:65535", "8000")],
)
def test_runserver_uses_the_next_port(base_url, port):
    """`runserver` can run beside the site of `make run`."""
    assert port_beside(base_url) == port


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("# A=0\nA = '1'\nA=2\n\nB=\n", {"A": "2", "B": ""}),
        ("export A=1  # a comment\nB=a#b\n", {"A": "1", "B": "a#b"}),
        ("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=p$1${HOME}\n", {"A": "p$1${HOME}"}),
        ("A='-----BEGIN-----\nMII=\n'\nB=postgresql://x/y?a=b\n",
         {"A": "-----BEGIN-----\nMII=\n", "B": "postgresql://x/y?a=b"}),
    ],
)  # fmt: skip
def test_a_file_of_variables_is_read_as_python_dotenv_does(tmp_path, text, variables):
    """Quotes, comments, `export`, several lines and a file of Windows; no variable is replaced."""
    path = tmp_path / ".env"
    path.write_text(text, newline="")
    assert env_files.read(path) == variables
    assert env_files.read(path) == dotenv_values(path, interpolate=False)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A=1\n\nnonsense\n", 3),
        ("A=1\nSECRET KEY=hunter2\n", 2),
        ("A: hunter2\n", 1),
        ("\n\n  =hunter2\n", 3),
        ("1A=hunter2\n", 1),
        ("A=1\nB='hunter2\nC=3\n", 2),
        ("A='hunter2' 3\n", 1),
        ("A=hunter2\0\n", 1),
    ],
)
def test_a_malformed_line_is_named(tmp_path, text, line):
    """By file and number, without what is written on it."""
    path = tmp_path / ".env"
    path.write_text(text)
    with pytest.raises(StackError, match=rf"\.env, line {line}: write NAME=value") as refused:
        env_files.read(path)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(ImproperlyConfigured, match=rf"line {line}: "):
        env.read_file(path)


@hypothesis.given(
    value=st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]))
)
@hypothesis.example("'a' \\' #\n\"")
def test_what_is_written_is_read(tmp_path_factory, value):
    """Any value of the environment survives var/development.env."""
    path = tmp_path_factory.mktemp("env") / "development.env"
    env_files.write(path, {"A": value, "B": "2"})
    assert env_files.read(path) == {"A": value, "B": "2"}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with exactly these variables."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=variables, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


@pytest.mark.skipif((ROOT / ".env").exists(), reason="This clone has settings of its own.")
@pytest.mark.parametrize("command", ["check", "shell", "migrate"])
def test_nothing_is_guessed_in_a_folder_without_the_file(tmp_path, command):
    """With a var folder and without settings, the missing variable is named."""
    done = manage(command, HITOUCH_VAR=str(tmp_path))
    assert done.returncode != 0
    assert "Set SECRET_KEY; .env.example says what it is." in done.stderr
    assert "`make run`" in done.stderr


@pytest.mark.skipif((ROOT / ".env").exists(), reason="This clone has settings of its own.")
def test_commands_of_a_stopped_site(paths):
    """`check` and `help` work, `test` says what to type, others say how to start the site."""
    var = {"HITOUCH_VAR": str(paths.var)}
    checked, helped = manage("check", **var), manage("help", **var)
    assert "no issues" in checked.stdout
    assert {"journey", "create_staff", "migrate"} < set(helped.stdout.split())
    assert "`make fast`" in manage("test", "accounts", **var).stderr
    refused = manage("showmigrations", **var)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"The development site in {paths.var} is not running")
