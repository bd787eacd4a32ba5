"""People of the demo bank, signed in, for tests that look at pages."""

from django.test import Client

from shouwen.organisation.models import Staff

BACKEND = "shouwen.site.accounts.Backend"
AGENT, CONTACT, CHECKER, SUPERVISOR, AUDITOR = "100101", "11110101", "11110102", "100110", "000003"


def signed_in(employee_no: str) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(Staff.objects.get(employee_no=employee_no), backend=BACKEND)
    return client
