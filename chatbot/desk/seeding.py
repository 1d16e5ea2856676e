"""Seed the desk: hours, holidays, targets and canned replies. Existing rows are kept."""

from datetime import datetime
from pathlib import Path

from accounts.models import User
from chatbot.desk import hours
from chatbot.models import CannedReply, SupportMember
from hitouch.core.files import yaml_files

CANNED_REPLIES = Path(__file__).with_name("canned_replies.yaml")


def seed(now: datetime) -> None:
    """Add what there is nothing of yet."""
    hours.seed(now)
    if CannedReply.objects.exists():
        return
    CannedReply.objects.bulk_create(
        CannedReply(title=row["title"], language=language, text=text.strip(), position=position)
        for position, row in enumerate(yaml_files.load_yaml(CANNED_REPLIES))
        for language, text in row["texts"].items()
    )


def add_member(user: User) -> SupportMember:
    """Let staff in the support role get tickets, in all languages."""
    member, _ = SupportMember.objects.get_or_create(user=user)
    return member
