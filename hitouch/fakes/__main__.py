"""All stand-ins on one port, until the process is ended."""

import argparse
import socket
from pathlib import Path

from hitouch.fakes import digilocker, razorpayx, uidai
from hitouch.fakes.server import FakeProvider, FakeServer


def stand_ins(folder: Path, payout_events: str = "") -> list[FakeProvider]:
    """Everybody; what the site has to know of them they leave in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        razorpayx.FakeRazorpayX(webhook_url=payout_events),
        digilocker.FakeDigiLocker(folder),
        uidai.Uidai(folder),
    ]


def main() -> None:
    """Serve."""
    asked = argparse.ArgumentParser(prog="hitouch.fakes", description=__doc__)
    where = asked.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int)
    where.add_argument("--listening", type=int, help="A socket that was opened for us, by number.")
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--payout-events", default="", help="Where banks' answers are told.")
    given = asked.parse_args()
    listening = None if given.listening is None else socket.socket(fileno=given.listening)
    everybody = stand_ins(given.folder, given.payout_events)
    FakeServer(everybody, port=given.port or 0, listening=listening).serve()


if __name__ == "__main__":
    main()
