"""`manage.py encode_supplied_faq`: make the vectors of the supplied FAQ again, after it changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbot.faq import interchange
from chatbot.matching import encoder, supplied_vectors


class Command(BaseCommand):
    """Writes the file of vectors that is supplied with the FAQ. Takes about two minutes."""

    help = "Encode the supplied FAQ into the file of vectors that a new site begins with."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Encode; raise `CommandError` without the encoder."""
        model = encoder.installed_encoder()
        if model is None:
            raise CommandError(f"The encoder is missing. {encoder.reason()}")
        count = supplied_vectors.write(interchange.supplied_texts(), model)
        self.stdout.write(f"{count} vectors.")
