"""Pages of notices: the list, marking as read, how to be told, stopping mails by a link."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.inbox.forms import NoticeFilterForm, NoticePreferencesForm, times_initial
from accounts.notices import preferences, queries, services, unsubscribe_links
from accounts.permissions import UserRequest, for_everyone, for_users
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none, render_form

PAGE_SIZE = 25


@require_safe
@for_users
@query_parameters(PageNumberForm, NoticeFilterForm)
def notices(request: UserRequest) -> HttpResponse:
    """What the person was told, the newest first."""
    form, now = NoticeFilterForm(request.GET), timezone.now()
    form.is_valid()
    asked = form.cleaned_data
    rows = queries.notices_of(request.user, now=now, category=asked.get("category", ""))
    if asked.get("unread"):
        rows = rows.unread()
    context = {
        "form": form,
        "is_filtered": any(asked.values()),
        "unread": queries.unread_count(request.user, now=now),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/inbox/notices.html", context)


@require_POST
@for_users
def open_notice(request: UserRequest, notice_id: UUID) -> HttpResponse:
    """Mark a notice as read and go to what it is about, or back to the list."""
    now = timezone.now()
    rows = queries.notices_of(request.user, now=now)
    notice = services.mark_read(notice=get_object_or_404(rows, pk=notice_id), at=now)
    is_followed = "stay" not in request.POST and notice.path
    is_ours = url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None)
    return redirect(notice.path if is_followed and is_ours else reverse("accounts:notices"))


@require_POST
@for_users
def read_all(request: UserRequest) -> HttpResponse:
    """Mark all notices as read."""
    services.mark_all_read(user=request.user, at=timezone.now())
    return redirect("accounts:notices")


@form_page
@for_users
def notice_preferences(request: UserRequest) -> HttpResponse:
    """Choose the channels of each category, quiet hours and the hour of the summary."""
    user, now = request.user, timezone.now()
    form = NoticePreferencesForm(
        post_data_or_none(request),
        choices=queries.choices_of(user),
        phone=queries.phone_number(user),
        initial=times_initial(queries.settings_of(user)),
    )
    if form.is_valid():
        preferences.save_all(user=user, times=form.times(), choices=form.chosen(), at=now)
        messages.info(request, "Saved.")
        return redirect("accounts:notice-preferences")
    context = {"mail": queries.mail_address(user), "phone": queries.phone_number(user)}
    return render_form(request, "accounts/inbox/preferences.html", form, **context)


@csrf_exempt
@form_page
@for_everyone
def stop_mails(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mails by the link in one of them, without logging in (RFC 8058).

    Mail programs and scanners fetch links, so that only POST changes anything. The token is the
    proof; mail programs send no cookie and no CSRF token.
    """
    found = unsubscribe_links.read_token(token)
    if found is None:
        raise Http404
    user, categories = found
    if request.method == "POST":
        preferences.stop_mails(user=user, categories=categories, at=timezone.now())
    context = {
        "categories": [each.label for each in categories],
        "is_stopped": request.method == "POST",
    }
    return render(request, "accounts/inbox/stop_mails.html", context)
