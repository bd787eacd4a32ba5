"""密码设置码: the administrator makes one and sees it once; its owner sets a password with it."""

import logging

from axes.helpers import get_client_ip_address
from axes.utils import reset as forget_failures
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from shouwen.casework import attempts
from shouwen.core.refusal import Refusal
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import PasswordForm, refuse
from shouwen.desk.organisation.pages import today
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.organisation import passwords, remit
from shouwen.organisation.models import Staff

log = logging.getLogger("shouwen.organisation")


@posted("desk:staff", "key")
@never_cache
def code(request: DeskRequest, key: int) -> HttpResponse:
    """The new code in the answer itself, and nowhere else."""
    row = get_object_or_404(Staff, id=key, is_active=True)
    try:
        remit.require_person(request.actor, row.unit_id, key, today())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:staff", key)
    made = passwords.make_code(key, timezone.now())
    log.info("password code made for staff %s by %s", key, request.actor.id)
    address = request.build_absolute_uri(reverse("desk:set_password"))
    return render(request, "desk/organisation/password_code.html", {"person": row, "code": made, "address": address})


@login_not_required
@never_cache
@sensitive_post_parameters("code", "password", "again")
def set_password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        now, address = timezone.now(), str(get_client_ip_address(request))
        try:
            # Before any code is asked: else a stranger's tries would use up those of the owner.
            attempts.require("password-code", address, attempts.PASSWORD_CODES, now)
            staff = passwords.set_password(given["employee_no"], given["code"], given["password"], now)
        except Refusal as refusal:
            refuse(form, refusal)
        except ValidationError as weak:
            attempts.forgiven("password-code", address)
            form.add_error("password", weak)
        else:
            attempts.forgiven("password-code", address)
            forget_failures(username=staff.employee_no.casefold())
            log.info("password set with a code by staff %s", staff.pk)
            messages.success(request, _("The password is set. Please sign in."))
            return redirect("account_login")
    return render(request, "desk/organisation/set_password.html", {"form": form}, status=422 if form.errors else 200)
