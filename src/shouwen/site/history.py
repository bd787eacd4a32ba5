"""变更历史: who changed what of the organisation, for the history that the database keeps (django-pghistory)."""

from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware

JOURNALLED = ("/register/", "/hotline/", "/complaints/", "/complain/", "/track/")
"""Pages that write complaints alone: their history is the journal, and telling the database who acts costs each statement of theirs time."""


class OrganisationHistory(HistoryMiddleware):
    """Tells the database the person and the page, but where nothing that it keeps a history of is written."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(JOURNALLED):
            answer: HttpResponse = self.get_response(request)
            return answer
        answered: HttpResponse = super().__call__(request)
        return answered
