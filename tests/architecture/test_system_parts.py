"""tools/chromium installs the system packages of the browser tests, or prints the command."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.source_files import ROOT

PROGRAMS = ("sh", "id", "dirname", "tail", "cat")


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A clone on a machine without apt, Chromium and a working driver of Playwright."""
    clone = tmp_path / "a clone"
    (clone / "tools").mkdir(parents=True)
    shutil.copy2(ROOT / "tools" / "chromium", clone / "tools")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).symlink_to(shutil.which(name))
    return clone


def run_script(clone: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as `make` does."""
    return subprocess.run(
        ["tools/chromium"],
        cwd=clone, env={"PATH": str(clone.parent / "bin")}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_missing_packages_are_named_in_one_command(bare_machine):
    """A user who may not install packages is shown one command for all of them."""
    completed = run_script(bare_machine)
    assert completed.returncode == 1
    assert "sudo apt install chromium libatomic1\n" in completed.stderr
    assert "THE BROWSER TESTS DO NOT RUN" in completed.stderr


def test_installed_packages_are_not_named(bare_machine):
    """With Chromium installed only the library is named; with both the script succeeds."""
    (bare_machine.parent / "bin" / "chromium").symlink_to("/bin/true")
    assert "sudo apt install libatomic1\n" in run_script(bare_machine).stderr
    driver = bare_machine / ".venv" / "bin" / "python"
    driver.parent.mkdir(parents=True)
    driver.symlink_to("/bin/true")
    assert run_script(bare_machine).returncode == 0
