"""Serves all fake providers on one port until the process is ended."""

import argparse
import socket
from pathlib import Path

from hitouch.fakes import digilocker, language_model, razorpayx, uidai
from hitouch.fakes.server import FakeProvider, FakeServer


def all_providers(folder: Path, payout_events: str = "") -> list[FakeProvider]:
    """All fake providers; they write the certificates to trust into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        razorpayx.FakeRazorpayX(folder=folder, webhook_url=payout_events),
        digilocker.FakeDigiLocker(folder),
        uidai.Uidai(folder),
        language_model.FakeLanguageModel(),
    ]


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(prog="hitouch.fakes", description=__doc__)
    address = parser.add_mutually_exclusive_group(required=True)
    address.add_argument("--port", type=int)
    address.add_argument(
        "--listening", type=int, help="The descriptor of an open listening socket."
    )
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--payout-events", default="", help="The URL for RazorpayX webhooks.")
    options = parser.parse_args()
    listening = None if options.listening is None else socket.socket(fileno=options.listening)
    providers = all_providers(options.folder, options.payout_events)
    for provider in providers:
        if isinstance(provider, razorpayx.FakeRazorpayX):
            provider.start()
    FakeServer(providers, port=options.port or 0, listening=listening).serve()


if __name__ == "__main__":
    main()
