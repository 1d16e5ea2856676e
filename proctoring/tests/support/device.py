"""A page's side of the journal: it chains its entries as the browser does."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4


def iso(moment: datetime) -> str:
    """The time as a browser writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Device:
    """One browser tab that writes answers of one sitting."""

    def __init__(self, sitting: Any, device: UUID | None = None) -> None:
        self.sitting, self.id = sitting, device or uuid4()
        self.sequence, self.head = 0, ""

    def write(
        self, question: Any, value: str, at: datetime, *, kind: str = "ANSWER", seen: Any = None
    ) -> dict[str, Any]:
        """An entry that follows the last one."""
        self.sequence += 1
        pk = str(getattr(question, "pk", question))
        written = iso(at)
        content = [
            "hitouch-answer-1", str(self.sitting.pk), pk, str(self.id), self.sequence, self.head,
            kind, value, str(seen or ""), written,
        ]  # fmt: skip
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        entry = {
            "sequence": self.sequence,
            "previous_hash": self.head,
            "hash": hashlib.sha256(text.encode()).hexdigest(),
            "question": pk,
            "kind": kind,
            "value": value,
            "seen": str(seen) if seen else None,
            "written_at": written,
        }
        self.head = entry["hash"]
        return entry

    def send(self, client: Any, *entries: dict[str, Any]) -> Any:
        """Send entries through the API."""
        body = {"device": str(self.id), "entries": list(entries)}
        return client.post(
            f"/api/v1/sittings/{self.sitting.pk}/journal/", json.dumps(body), "application/json"
        )
