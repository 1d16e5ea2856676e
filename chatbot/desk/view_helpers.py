"""What the pages of the desk show: the queue, a ticket with its thread, and the case card."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from accounts.models import User
from chatbot.desk import canned, case_card, clocks, queries, queue, timeline
from chatbot.desk.forms import DeskAnswerForm, HoldForm, MergeForm, NoteForm, QueueFilterForm
from chatbot.desk.queue import QueueFilter, QueueView
from chatbot.models import Ticket

#: Parameters of the queue that stay in the address while tickets are opened.
KEPT = ("view", "topic", "language", "priority", "overdue", "q", "page")


def queue_filter(form: QueueFilterForm) -> QueueFilter:
    """The filter that the form says; what it cannot read counts as not given."""
    form.is_valid()
    found = form.cleaned_data
    topic = found.get("topic")
    return QueueFilter(
        view=found.get("view") or QueueView.MINE,
        topic=topic.pk if topic else None,
        language=found.get("language") or "",
        priority=found.get("priority"),
        is_overdue=bool(found.get("overdue")),
        search=found.get("q") or "",
    )


def queue_context(request: HttpRequest, *, member: User, now: datetime) -> dict[str, Any]:
    """The list at the left, with its filters and numbers."""
    form = QueueFilterForm(request.GET)
    form.fields["topic"].offer()  # type: ignore[attr-defined]
    chosen = queue_filter(form)
    if not request.GET.get("view"):
        chosen = replace(chosen, view=_first_view(chosen))
    number = form.cleaned_data.get("page") or 1
    page = queue.page(member=member, chosen=chosen, number=number, now=now)
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    kept_filters = {name: value for name, value in kept.items() if name not in ("view", "page")}
    return {
        "filter": chosen,
        "filter_form": form,
        "filters_on": len([name for name in kept_filters if name != "q"]),
        "queue": page,
        "views": [
            {
                "value": view.value,
                "label": view.label,
                "count": page.counts.get(view.value),
                "query": urlencode({"view": view.value} | kept_filters),
                "is_current": view.value == chosen.view,
            }
            for view in QueueView
        ],
        "query": urlencode(kept),
        "page_query": urlencode({name: value for name, value in kept.items() if name != "page"}),
        "duty": duty_context(member, now),
        "now": now,
    }


def _first_view(chosen: QueueFilter) -> str:
    """A search looks through all open tickets; otherwise one begins with one's own."""
    return QueueView.OPEN if chosen.search else QueueView.MINE


def duty_context(user: User, now: datetime) -> dict[str, Any]:
    """Whether the member is on duty, with how many tickets of how many."""
    member = queries.members(now=now).filter(user=user).first()
    calendar = clocks.read_calendar()
    return {
        "member": member,
        "is_support_open": calendar.is_open(now),
        "opens_at": None if calendar.is_open(now) else calendar.next_opening(now),
    }


def ticket_context(
    ticket: Ticket, *, member: User, now: datetime, answer_form: DeskAnswerForm | None = None
) -> dict[str, Any]:
    """The thread, the composer and the card of one ticket."""
    lines = timeline.lines(ticket)
    text = queries.draft_of(ticket, member)
    replies = [
        {
            "id": str(reply.pk),
            "title": reply.title,
            "text": canned.render(reply, ticket=ticket, by=member),
        }
        for reply in queries.canned_replies(ticket)
    ]
    seen = timeline.last_message(lines)
    return {
        "ticket": ticket,
        "lines": lines,
        "seen": seen,
        "draft": text,
        "answer_form": answer_form or DeskAnswerForm(initial={"text": text, "seen": seen}),
        "note_form": NoteForm(auto_id="note_%s"),
        "hold_form": HoldForm(auto_id="hold_%s"),
        "merge_form": MergeForm(auto_id="merge_%s"),
        "replies": replies,
        "colleagues": queries.present(ticket, now=now).exclude(by=member),
        "clocks": clocks.read(ticket, now=now),
        "card": case_card.case_card(ticket),
        "hold": ticket.holds.filter(until=None).select_related("by__agent").first(),
        "members": queries.members(now=now),
        "is_mine": ticket.assigned_to_id == member.pk,
        "assigned_name": timeline.staff_name(ticket.assigned_to) if ticket.assigned_to else "",
        "priorities": Ticket.Priority.choices[::-1],
        "now": now,
    }
