"""What the browser tests need of the system is installed, or named as it has to be typed."""

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


def look(clone: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as `make` does."""
    return subprocess.run(
        ["tools/chromium"],
        cwd=clone, env={"PATH": str(clone.parent / "bin")}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_all_that_is_missing_is_named_in_one_command(bare_machine):
    """Whoever may not install packages reads what to type, once for all of them."""
    looked = look(bare_machine)
    assert looked.returncode == 1
    assert "sudo apt install chromium libatomic1\n" in looked.stderr
    assert "THE BROWSER TESTS DO NOT RUN" in looked.stderr


def test_what_is_there_is_not_asked_for(bare_machine):
    """A machine with Chromium lacks the library of the driver alone, and the other way round."""
    (bare_machine.parent / "bin" / "chromium").symlink_to("/bin/true")
    assert "sudo apt install libatomic1\n" in look(bare_machine).stderr
    driver = bare_machine / ".venv" / "bin" / "python"
    driver.parent.mkdir(parents=True)
    driver.symlink_to("/bin/true")
    assert look(bare_machine).returncode == 0
