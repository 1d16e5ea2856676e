"""All stand-ins on one port, until the process is ended."""

import argparse
from pathlib import Path

from hitouch.outside import digilocker, payouts, uidai
from hitouch.outside.server import Outside, StandIn


def stand_ins(folder: Path, payout_events: str = "") -> list[StandIn]:
    """Everybody; what the site has to know of them they leave in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        payouts.Rail(webhook_url=payout_events),
        digilocker.DigiLocker(folder),
        uidai.Uidai(folder),
    ]


def main() -> None:
    """Serve."""
    asked = argparse.ArgumentParser(prog="hitouch.outside", description=__doc__)
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--payout-events", default="", help="Where banks' answers are told.")
    given = asked.parse_args()
    Outside(stand_ins(given.folder, given.payout_events), port=given.port).serve()


if __name__ == "__main__":
    main()
