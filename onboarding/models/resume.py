"""Details read from a résumé, to be confirmed by the agent."""

import json
from typing import Any

from django.db import models

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel
from hitouch.core.fields import EncryptedTextField


class ResumeProposal(BaseModel):
    """Encrypted details from one résumé. Deleted when applied or discarded; no file is stored."""

    agent = models.OneToOneField(Agent, related_name="resume_proposal", on_delete=models.CASCADE)
    content = EncryptedTextField()
    read_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Read from a résumé of {self.agent.name}"

    @property
    def guesses(self) -> dict[str, Any]:
        """Skills, languages, bio, qualifications and experiences, by field names of the profile."""
        return dict(json.loads(self.content or "{}"))
