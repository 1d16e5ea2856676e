"""`manage.py ask_model`: ask Help's language model one question; exit code 1 without an answer."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbot.assistant import client, gate, prompt
from chatbot.assistant.client import ModelUnavailable
from chatbot.assistant.prompt import QuotedPassage

PASSAGE = QuotedPassage(
    id="claim-a-shift",
    question="How do I claim a shift?",
    text="Open the gig and press Claim on a shift that has a spot left. You can claim up to 3 "
    "shifts a day.",
    language="EN",
)
QUESTION = "How many shifts can I take in a day?"


class Command(BaseCommand):
    """Sends a passage of its own and a question; nothing of any user."""

    help = "Ask Help's language model one question, and examine the answer."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print the answer, its time and what the gate says of it."""
        if not client.is_configured():
            raise CommandError("No model is configured: set HITOUCH_HELP_MODEL_URL and _NAME.")
        asked = prompt.messages(question=QUESTION, language="EN", passages=[PASSAGE], history=[])
        began = time.perf_counter()
        try:
            reply = client.ask(asked)
        except ModelUnavailable as fault:
            raise CommandError(f"{client.host()} gave no valid answer: {fault.reason}.") from None
        seconds = time.perf_counter() - began
        self.stdout.write(f"{client.model_name()} at {client.host()} answered in {seconds:.1f} s,")
        self.stdout.write(f"for {reply.tokens or 'an unknown number of'} tokens:")
        self.stdout.write(f"  {reply.answer.answer or '(it refused)'}")
        verdict = gate.examine(
            reply.answer, passages=[PASSAGE], question=QUESTION, language=PASSAGE.language
        )
        said = "would be sent" if verdict.ok else f"would be stopped: {', '.join(verdict.reasons)}"
        self.stdout.write(f"The answer {said}.")
