"""The OCR engines in the fork server: their threads would not survive a fork."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from hitouch.core import sandbox

PROGRAM = """
import os
from hitouch.core.sandbox import fork_server
fork_server.import_job("onboarding.kyc.ocr.masking:mask")
print(len(os.listdir("/proc/self/task")))
"""


def test_engines_start_no_threads() -> None:
    """A child that is forked while a library's thread holds a lock would wait for it for ever."""
    home = Path(settings.BASE_DIR)
    env = os.environ | sandbox.ONE_THREAD | {"PYTHONPATH": str(home)}
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=env,
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split()[-1] == "1"
