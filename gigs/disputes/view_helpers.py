"""The pages of disputes, which are the same for both sides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import User
from gigs import view_helpers
from gigs.disputes import bids as bid_services
from gigs.disputes import evidence, queries, subjects
from gigs.disputes import files as file_services
from gigs.disputes import services as dispute_services
from gigs.disputes.forms import (
    BidForm,
    DisputeFileForm,
    DisputeFilter,
    DisputeReasonForm,
    DisputeTextForm,
    OpenDisputeForm,
)
from gigs.disputes.subjects import Subject
from gigs.models import Dispute
from hitouch.core.web.downloads import as_private_download, send_file
from hitouch.core.web.views import post_data_or_none, render_form


@dataclass(frozen=True)
class Party:
    """Who looks at a dispute: one of its sides, with the disputes it may see."""

    side: str
    by: User
    rows: QuerySet[Dispute]
    #: The beginning of the names of this side's pages.
    pages: str
    may_act: bool = True

    def find(self, pk: UUID) -> Dispute:
        """The dispute, or 404."""
        return get_object_or_404(self.rows, pk=pk)


def list_page(request: HttpRequest, party: Party) -> HttpResponse:
    """The disputes of one side, newest first."""
    choice = DisputeFilter(request.GET or None)
    rows = party.rows
    if state := choice.chosen():
        rows = rows.filter(state=state)
    facts = {
        "page": view_helpers.paginate(request, rows.order_by("-opened_at", "-pk")),
        "filter": choice,
        "party": party,
        "detail": f"{party.pages}dispute",
    }
    return render(request, "gigs/disputes/disputes.html", facts)


def open_page(request: HttpRequest, party: Party, subject: Subject | None) -> HttpResponse:
    """Open a dispute about one thing."""
    if subject is None:
        raise Http404
    form = OpenDisputeForm(post_data_or_none(request))
    most = subjects.most_paise(subject, party.side)
    if not most:
        del form.fields["asked_paise"]
    made = view_helpers.save_form(
        form,
        lambda: dispute_services.open_dispute(
            subject=subject, side=party.side, by=party.by, at=timezone.now(), **form.cleaned_data
        ),
    )
    if made is None:
        facts = {"subject": subject, "party": party, "most_paise": most}
        return render_form(request, "gigs/disputes/open.html", form, **facts)
    messages.success(request, "Dispute opened. The other side has been asked to answer.")
    return redirect(f"{party.pages}dispute", made.pk)


def dispute_page(
    request: HttpRequest, party: Party, dispute: Dispute, **bound: forms.Form
) -> HttpResponse:
    """One dispute: what was said, what comes next, and what this side can do."""
    view = queries.view_of(dispute, party.side)
    pack = dispute.packs.order_by("number").last()
    shown = {
        "text_form": view.can_answer or view.can_write,
        "bid_form": view.can_bid,
        "reason_form": view.can_escalate or view.can_withdraw,
        "file_form": dispute.is_live,
    }
    facts = {
        "dispute": dispute,
        "party": party,
        # What was typed into a form that the page does not have any more.
        "unsent": [form for name, form in bound.items() if not shown[name]],
        "other": dispute.client if party.side == subjects.Side.AGENT else dispute.agent.name,
        "view": view,
        "act": f"{party.pages}dispute-act",
        "file_page": f"{party.pages}dispute-file",
        "json_page": f"{party.pages}dispute-evidence-json",
        "zip_page": f"{party.pages}dispute-evidence-zip",
        "pack": pack,
        "verdict": evidence.verify(pack) if pack else None,
        "list_page": f"{party.pages}disputes",
        "text_form": bound.get("text_form") or DisputeTextForm(auto_id="text_%s"),
        "bid_form": bound.get("bid_form") or BidForm(auto_id="bid_%s"),
        "reason_form": bound.get("reason_form") or DisputeReasonForm(auto_id="reason_%s"),
        "file_form": bound.get("file_form") or DisputeFileForm(auto_id="file_%s"),
    }
    return render(request, "gigs/disputes/dispute.html", facts)


def _contest(dispute: Dispute, cleaned: dict[str, Any], **who: Any) -> object:
    return dispute_services.contest(dispute=dispute, **cleaned, **who)


def _say(dispute: Dispute, cleaned: dict[str, Any], *, side: str, **who: Any) -> object:
    return dispute_services.add_message(dispute=dispute, author=side, **cleaned, **who)


def _escalate(dispute: Dispute, cleaned: dict[str, Any], **who: Any) -> object:
    return dispute_services.escalate(dispute=dispute, **cleaned, **who)


def _withdraw(dispute: Dispute, cleaned: dict[str, Any], **who: Any) -> object:
    return dispute_services.withdraw(dispute=dispute, **cleaned, **who)


def _add_file(dispute: Dispute, cleaned: dict[str, Any], *, side: str, **who: Any) -> object:
    facts = {"upload": cleaned["file"], "note": cleaned["note"]}
    return file_services.add_file(dispute=dispute, author=side, **facts, **who)


def _accept(dispute: Dispute, cleaned: dict[str, Any], **who: Any) -> object:
    return dispute_services.accept(dispute=dispute, **who)


def _bid(dispute: Dispute, cleaned: dict[str, Any], **who: Any) -> object:
    return bid_services.place_bid(dispute=dispute, **cleaned, **who)


@dataclass(frozen=True)
class Act:
    """What a side can do on the page of a dispute: its form, service and message."""

    name: str
    form: type[forms.Form]
    call: Callable[..., object]
    done: str


TEXT, REASON = "text_form", "reason_form"
#: By the last part of the address.
ACTS = {
    "contest": Act(TEXT, DisputeTextForm, _contest, "Answer sent. You can negotiate now."),
    "message": Act(TEXT, DisputeTextForm, _say, "Message sent."),
    "escalate": Act(REASON, DisputeReasonForm, _escalate, "HitouchCX decides now."),
    "withdraw": Act(REASON, DisputeReasonForm, _withdraw, "Dispute withdrawn."),
    "file": Act("file_form", DisputeFileForm, _add_file, "File added."),
}
#: What commits a client's money.
MONEY_ACTS = {
    "accept": Act("accept_form", forms.Form, _accept, "You agreed. The dispute is settled."),
    "bid": Act("bid_form", BidForm, _bid, "Amount named. The other side cannot see it."),
}


def act(
    request: HttpRequest, party: Party, dispute: Dispute, verb: str, acts: dict[str, Act]
) -> HttpResponse:
    """Do one thing in a dispute; a refusal keeps what was typed."""
    chosen = acts.get(verb)
    if chosen is None:
        raise Http404
    prefix = chosen.name.removesuffix("_form")
    form = chosen.form(request.POST, request.FILES, auto_id=f"{prefix}_%s")
    who = {"side": party.side, "by": party.by, "at": timezone.now()}
    done = view_helpers.save_form(
        form, lambda: chosen.call(dispute, form.cleaned_data, **who) or True
    )
    if done is None and chosen.name == "accept_form":
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    elif done is None:
        return dispute_page(request, party, party.find(dispute.pk), **{chosen.name: form})
    else:
        messages.success(request, chosen.done)
    return redirect(f"{party.pages}dispute", dispute.pk)


def file_page(request: HttpRequest, party: Party, dispute: Dispute, pk: UUID) -> HttpResponseBase:
    """Download a file of a dispute."""
    row = get_object_or_404(dispute.files.select_related("file", "dispute"), pk=pk)
    stored = file_services.open_file(row=row, by=party.by, at=timezone.now())
    return send_file(request, stored, inline=False)


def evidence_file(request: HttpRequest, party: Party, dispute: Dispute, form: str) -> HttpResponse:
    """Download the evidence pack, as JSON or as a ZIP with the files."""
    return evidence_response(dispute, form, by=party.by, at=timezone.now())


def evidence_response(dispute: Dispute, form: str, *, by: User, at: datetime) -> HttpResponse:
    """The evidence pack as it is now; the access is recorded."""
    pack = evidence.current_pack(dispute, at=at)
    evidence.record_access(pack, form=form, by=by, at=at)
    content, kind = (
        (evidence.as_zip(pack), "application/zip")
        if form == "zip"
        else (evidence.as_json(pack), "application/json")
    )
    name = f"dispute-{dispute.reference}-{pack.number}.{form}"
    return as_private_download(HttpResponse(content, content_type=kind), name)
