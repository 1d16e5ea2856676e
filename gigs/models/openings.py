"""Openings of slots in steps, the places of agents in them, and the receipts they leave."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agent
from gigs.models.opportunities import Opportunity
from gigs.models.triggers import immutable_columns, in_this_century, never_deleted
from hitouch.core.db.base_models import BaseModel


class Opening(BaseModel):
    """Slots that are opened in steps by standing; in the last step to all.

    Before `opens_to_all_at` an agent may hold at most `cap` of its slots. `hash` covers the rule,
    the steps, the order of the agents and the slots.
    """

    opportunity = models.ForeignKey(Opportunity, related_name="openings", on_delete=models.PROTECT)
    rule = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64, editable=False)
    opened_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    opens_to_all_at = models.DateTimeField()
    steps = models.PositiveSmallIntegerField()
    cap = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        constraints = [
            models.CheckConstraint(
                name="opening_in_this_century",
                condition=in_this_century("opens_at") & in_this_century("opens_to_all_at"),
            ),
            models.CheckConstraint(
                name="opening_has_steps",
                condition=Q(steps__gte=2, cap__gte=1, opens_to_all_at__gt=models.F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity}, opened in {self.steps} steps"


class OpeningPlace(BaseModel):
    """The place of an agent in an opening.

    `reference` stands for the agent in receipts. It is the digest of the opening, the agent and
    `secret`, which only the agent gets. Who was accepted later has no `rank`.
    """

    opening = models.ForeignKey(Opening, related_name="places", on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, related_name="opening_places", on_delete=models.PROTECT)
    rank = models.PositiveIntegerField(null=True)
    stars = models.CharField(max_length=3, blank=True)
    step = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    secret = models.CharField(max_length=32, editable=False)
    reference = models.CharField(max_length=16, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        triggers = [
            immutable_columns(
                "opening", "agent", "rank", "stars", "step", "opens_at", "secret", "reference"
            ),
            never_deleted(),
        ]
        indexes = [
            models.Index(
                name="place_to_tell", fields=["opens_at", "id"], condition=Q(told_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_place_per_agent_and_opening", fields=["opening", "agent"]
            ),
            models.UniqueConstraint(name="one_agent_per_place", fields=["opening", "rank"]),
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.opening}"


def _chain_trigger() -> pgtrigger.Trigger:
    """Number and hash a new entry: the digest of `hash_chain.digest`, made by the database.

    So every claim is in the chain, in the order in which the slot's row was locked, and costs no
    statement of its own.
    """
    moment = """to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    content = (
        "json_build_array(NEW.slot_id::text, NEW.number, NEW.previous_hash,"
        f" {moment}, NEW.kind, NEW.reference, NEW.detail)::text"
    )
    return pgtrigger.Trigger(
        name="chain",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("last", "RECORD")],
        func=(
            "PERFORM FROM gigs_slot WHERE id = NEW.slot_id FOR NO KEY UPDATE; "  # noqa: S608
            "SELECT entry.number, entry.hash INTO last FROM gigs_receiptentry AS entry"
            " WHERE entry.slot_id = NEW.slot_id ORDER BY entry.number DESC LIMIT 1; "
            "NEW.number := coalesce(last.number, 0) + 1; "
            "NEW.previous_hash := coalesce(last.hash, ''); "
            f"NEW.hash := encode(sha256(convert_to({content}, 'UTF8')), 'hex'); "
            "RETURN NEW;"
        ),
    )


class ReceiptEntry(models.Model):
    """One entry of the receipt of a slot that was opened in steps; triggers write them.

    Entries of a slot form a hash chain, whose first one has the hash of the opening.
    """

    slot = models.ForeignKey("gigs.Slot", related_name="receipt", on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    reference = models.CharField(max_length=16, blank=True)
    detail = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "receipt entries"
        triggers = [
            _chain_trigger(),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(name="one_receipt_entry_per_number", fields=["slot", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}"


class ReceiptSeal(models.Model):
    """A keyed hash of a receipt up to one of its entries, which SQL alone cannot make anew."""

    slot = models.ForeignKey("gigs.Slot", related_name="receipt_seals", on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        constraints = [
            models.UniqueConstraint(name="one_seal_per_entry", fields=["slot", "number"])
        ]

    def __str__(self) -> str:
        return f"Seal {self.number}"


def _receipt_trigger(name: str, *, subject: str, kind: str, guard: bool) -> pgtrigger.Trigger:
    """Write an entry for a move of a claim or of a place on a waitlist.

    With `guard` a seat is refused before the step of its agent, whatever path led there.
    """
    early = (
        "IF entry_kind IN ('CLAIMED', 'SEATED')"
        " AND NEW.at < coalesce(place.opens_at, moved.opens_to_all_at) THEN"
        " RAISE EXCEPTION 'pgtrigger: the step of the agent is not open yet'"
        " USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'step_not_open';"
        " END IF; "
    )
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        declare=[("moved", "RECORD"), ("place", "RECORD"), ("entry_kind", "TEXT")],
        func=(
            "SELECT subject.slot_id, subject.agent_id, opening.id, opening.opens_to_all_at"  # noqa: S608
            f" INTO moved FROM {subject} AS subject"
            " JOIN gigs_slot AS slot ON slot.id = subject.slot_id"
            " JOIN gigs_opening AS opening ON opening.id = slot.opening_id"
            " WHERE subject.id = NEW.subject_id; "
            "IF NOT FOUND THEN RETURN NULL; END IF; "
            f"entry_kind := {kind}; "
            "IF entry_kind IS NULL THEN RETURN NULL; END IF; "
            "SELECT reference, opens_at INTO place FROM gigs_openingplace"
            " WHERE opening_id = moved.id AND agent_id = moved.agent_id; "
            f"{early if guard else ''}"
            "INSERT INTO gigs_receiptentry"
            " (slot_id, number, previous_hash, at, kind, reference, detail, hash)"
            " VALUES (moved.slot_id, 0, '', NEW.at, entry_kind,"
            " coalesce(place.reference, ''), '', ''); "
            "RETURN NULL;"
        ),
    )


def receipt_of_claims() -> pgtrigger.Trigger:
    """Entries for seats that are claimed, given from the waitlist, offered, kept or given up."""
    kind = (
        "CASE WHEN NEW.became = 'HELD' AND NEW.was <> '' THEN 'KEPT'"
        " WHEN NEW.became = 'HELD' AND NEW.by_id IS NULL THEN 'SEATED'"
        " WHEN NEW.became = 'HELD' THEN 'CLAIMED'"
        " WHEN NEW.became = 'SWAP_OFFERED' THEN 'OFFERED'"
        " WHEN NEW.became IN ('RELEASED', 'EXCUSED', 'CANCELLED') THEN NEW.became END"
    )
    return _receipt_trigger("receipt", subject="gigs_claim", kind=kind, guard=True)


def receipt_of_waitlists() -> pgtrigger.Trigger:
    """Entries for agents who join a waitlist and leave it without a seat."""
    kind = "CASE WHEN NEW.became <> 'SEATED' THEN NEW.became END"
    return _receipt_trigger("receipt", subject="gigs_waitlistentry", kind=kind, guard=False)


def receipt_of_seats() -> pgtrigger.Trigger:
    """An entry when the number of seats of a slot changes."""
    return pgtrigger.Trigger(
        name="receipt",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "NEW.opening_id IS NOT NULL AND NEW.capacity IS DISTINCT FROM OLD.capacity"
        ),
        func=(
            "INSERT INTO gigs_receiptentry"
            " (slot_id, number, previous_hash, at, kind, reference, detail, hash)"
            " VALUES (NEW.id, 0, '', NEW.updated_at, 'SEATS', '', NEW.capacity::text, ''); "
            "RETURN NULL;"
        ),
    )
