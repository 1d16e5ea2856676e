"""The project's folder, put on the import path: a measurement is started as a script of its own."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))
