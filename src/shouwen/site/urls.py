"""The addresses of the site. `/healthz` and `/readyz` are answered earlier, by `health.HealthMiddleware`."""

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from shouwen.api import v1

handler403 = "shouwen.desk.trouble.not_allowed"
handler404 = "shouwen.desk.trouble.not_found"

urlpatterns = [
    path("", include("shouwen.desk.urls")),
    path("", include("shouwen.portal.urls")),
    path("api/v1/", v1.urls),
    path("settings/tokens/", include("shouwen.api.pages")),
    # Of allauth only what a bank's staff need: accounts are made, and forgotten passwords renewed, by an administrator.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("language/", login_not_required(set_language), name="set_language"),
]
