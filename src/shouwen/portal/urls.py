"""The customer's addresses. None of them holds a number or a code: what is in an address ends in logs and histories."""

from django.urls import path

from shouwen.portal.filing import views as filing
from shouwen.portal.tracking import views as tracking

app_name = "portal"
urlpatterns = [
    path("complain/", filing.complain, name="complain"),
    path("complain/story/", filing.story, name="story"),
    path("complain/place/", filing.place, name="place"),
    path("complain/contact/", filing.contact, name="contact"),
    path("complain/proof/", filing.prove, name="proof"),
    path("complain/check/", filing.check, name="check"),
    path("complain/done/", filing.done, name="done"),
    path("complain/done/code.txt", filing.done_file, name="done_file"),
    path("track/", tracking.track, name="track"),
    path("track/status/", tracking.status, name="status"),
    path("track/add/", tracking.add, name="add"),
    path("track/contact/", tracking.correct, name="correct"),
    path("track/withdraw/", tracking.withdraw, name="withdraw"),
    path("track/survey/", tracking.survey, name="survey"),
    path("track/review/", tracking.review, name="review"),
    path("track/letter/<slug:code>/", tracking.letter, name="letter"),
    path("track/letter/<slug:code>.pdf", tracking.letter_pdf, name="letter_pdf"),
    path("track/leave/", tracking.leave, name="leave"),
]
