"""Standard-setting panels: opening, judging in rounds, closing, and publishing a scale.

Who publishes is a second person: neither who opened nor who closed the panel.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from hitouch.core.errors import Refusal
from proctoring.models import AngoffPanel, ItemVersion, PanelJudgement, Scale
from proctoring.scales import angoff, queries
from proctoring.scales.cuts import LEVELS_WITH_CUT, are_rising

FEWEST_PANELISTS, MOST_ROUNDS = 3, 3
FEWEST_ITEMS, MOST_ITEMS = 10, 60


class TooFewPanelists(Refusal):
    """A panel of one or two people sets no standard."""

    code = "too_few_panelists"
    message = f"A panel has at least {FEWEST_PANELISTS} panelists."
    status = 422
    field = "panelists"


class WrongNumberOfItems(Refusal):
    """There are too few or too many items to judge."""

    code = "wrong_number_of_items"
    message = f"A panel judges {FEWEST_ITEMS} to {MOST_ITEMS} items."
    status = 422
    field = "items"


class PanelClosed(Refusal):
    """The panel takes no more judgements."""

    code = "panel_closed"
    message = "This panel is closed."


class PanelOpen(Refusal):
    """The panel has not been closed yet."""

    code = "panel_open"
    message = "Close the panel first."


class NotOnPanel(Refusal):
    """Only the panelists judge."""

    code = "not_on_panel"
    message = "You are not on this panel."
    status = 403


class InvalidJudgement(Refusal):
    """A judgement is of another item, or no probability."""

    code = "invalid_judgement"
    message = "Enter a number from 0 to 100 for the items of this panel."
    status = 422


class JudgementsFall(Refusal):
    """A person at a higher level would answer worse."""

    code = "judgements_fall"
    status = 422


class JudgementsMissing(Refusal):
    """Somebody has not judged all items yet."""

    code = "judgements_missing"


class LastRound(Refusal):
    """There is no further round."""

    code = "last_round"
    message = f"There are {MOST_ROUNDS} rounds at most. Close the panel."


class CutsDoNotRise(Refusal):
    """The panel does not tell neighbouring levels apart."""

    code = "cuts_do_not_rise"
    message = "The cuts do not rise from level to level. Discuss the items and judge another round."


class SecondPersonNeeded(Refusal):
    """Who ran the panel does not publish its scale."""

    code = "second_person_needed"
    message = "You opened or closed this panel. Another person publishes the scale."
    status = 403


class ScalePublished(Refusal):
    """The panel's scale was published already."""

    code = "scale_published"
    message = "The scale of this panel was published already."


@transaction.atomic
def open_panel(
    *,
    title: str,
    panelists: Sequence[User],
    items: Sequence[ItemVersion],
    by: User,
    at: datetime,
) -> AngoffPanel:
    """Open a panel for these people and items."""
    if len({person.pk for person in panelists}) < FEWEST_PANELISTS:
        raise TooFewPanelists
    if not FEWEST_ITEMS <= len(items) <= MOST_ITEMS:
        raise WrongNumberOfItems
    panel = AngoffPanel.objects.create(title=title.strip()[:120], opened_at=at, opened_by=by)
    panel.panelists.set(panelists)
    panel.items.set(items)
    return panel


@transaction.atomic
def save_judgements(
    *,
    panel: AngoffPanel,
    given: Mapping[tuple[UUID, str], float],
    by: User,
    at: datetime,
) -> None:
    """Save a panelist's probabilities of the current round, all or some of them."""
    locked = _lock_open(panel)
    if not locked.panelists.filter(pk=by.pk).exists():
        raise NotOnPanel
    known = set(locked.items.values_list("pk", flat=True))
    if not all(
        version in known and level in LEVELS_WITH_CUT and 0 <= value <= 1
        for (version, level), value in given.items()
    ):
        raise InvalidJudgement
    _refuse_falls(locked, given, by)
    PanelJudgement.objects.bulk_create(
        [
            PanelJudgement(
                panel=locked, panelist=by, version_id=version, level=level, round=locked.round,
                probability=value, given_at=at, updated_at=at,
            )
            for (version, level), value in given.items()
        ],
        update_conflicts=True,
        unique_fields=["panel", "panelist", "version", "level", "round"],
        update_fields=["probability", "given_at", "updated_at"],
    )  # fmt: skip


@transaction.atomic
def begin_next_round(*, panel: AngoffPanel, by: User, at: datetime) -> AngoffPanel:
    """Let the panelists judge again after they have seen how far they agree."""
    locked = _lock_open(panel)
    _refuse_missing(locked)
    if locked.round >= MOST_ROUNDS:
        raise LastRound
    locked.round += 1
    locked.save(update_fields=["round", "updated_at"])
    return locked


@transaction.atomic
def close_panel(*, panel: AngoffPanel, by: User, at: datetime) -> AngoffPanel:
    """End the judging and keep the cuts that follow from it."""
    locked = _lock_open(panel)
    _refuse_missing(locked)
    cuts = queries.cuts_of(locked)
    found = {cut.level: round(cut.cut, 3) for cut in cuts}
    if not are_rising(found):
        raise CutsDoNotRise
    locked.cuts = found
    locked.errors = {cut.level: round(cut.error, 3) for cut in cuts}
    locked.closed_at, locked.closed_by = at, by
    locked.save()
    return locked


@transaction.atomic
def publish_scale(*, panel: AngoffPanel, by: User, at: datetime) -> Scale:
    """Publish the panel's cuts as the scale in force. Results that were computed keep theirs."""
    locked = AngoffPanel.objects.select_for_update().get(pk=panel.pk)
    if locked.closed_at is None:
        raise PanelOpen
    if by.pk in (locked.opened_by_id, locked.closed_by_id):
        raise SecondPersonNeeded
    if Scale.objects.filter(panel=locked).exists():
        raise ScalePublished
    # Two panels are published one after the other: the newest number is read under a lock.
    Scale.objects.select_for_update().order_by("number").first()
    newest = Scale.objects.aggregate(number=Max("number"))["number"] or 0
    return Scale.objects.create(
        number=newest + 1,
        cuts=locked.cuts,
        origin=f"Panel: {locked.title}"[:200],
        panel=locked,
        published_at=at,
        published_by=by,
    )


def _lock_open(panel: AngoffPanel) -> AngoffPanel:
    locked = AngoffPanel.objects.select_for_update().get(pk=panel.pk)
    if locked.closed_at is not None:
        raise PanelClosed
    return locked


def _refuse_falls(panel: AngoffPanel, given: Mapping[tuple[UUID, str], float], by: User) -> None:
    """Together with what the panelist said before, higher levels do not answer worse."""
    own = {
        (row.item, row.level): row.probability
        for row in queries.judgements_of(panel)
        if row.panelist == str(by.pk)
    }
    own |= {(str(version), level): value for (version, level), value in given.items()}
    if fallen := angoff.falls(own):
        item, level = fallen[0]
        code = ItemVersion.objects.values_list("item__code", flat=True).get(pk=item)
        raise JudgementsFall(
            f"{code}: a person at {level} would answer worse than one at the level below. "
            "Enter numbers that do not fall."
        )


def _refuse_missing(panel: AngoffPanel) -> None:
    missing = [person for person, left in queries.progress_of(panel) if left]
    if missing:
        names = ", ".join(person.name for person in missing)
        raise JudgementsMissing(f"These panelists have not judged all items: {names}")
