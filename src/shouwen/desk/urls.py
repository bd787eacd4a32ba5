"""The desk's addresses: each room keeps its own list."""

from shouwen.desk.appraisal.urls import urlpatterns as appraisal
from shouwen.desk.case.urls import urlpatterns as case
from shouwen.desk.hotline.urls import urlpatterns as hotline
from shouwen.desk.improvement.urls import urlpatterns as improvement
from shouwen.desk.letters.urls import urlpatterns as letters
from shouwen.desk.mailbox.urls import urlpatterns as mailbox
from shouwen.desk.messaging.urls import urlpatterns as messaging
from shouwen.desk.morning.urls import urlpatterns as morning
from shouwen.desk.organisation.urls import urlpatterns as organisation
from shouwen.desk.registration.urls import urlpatterns as registration
from shouwen.desk.reports.urls import urlpatterns as reports
from shouwen.desk.revisits.urls import urlpatterns as revisits
from shouwen.desk.satisfaction.urls import urlpatterns as satisfaction
from shouwen.desk.statistics.urls import urlpatterns as statistics
from shouwen.desk.supervision.urls import urlpatterns as supervision
from shouwen.desk.themes.urls import urlpatterns as themes
from shouwen.desk.warnings.urls import urlpatterns as warnings
from shouwen.desk.win_win.urls import urlpatterns as win_win
from shouwen.desk.worklist.urls import urlpatterns as worklist

app_name = "desk"
urlpatterns = [
    *worklist,
    *registration,
    *hotline,
    *case,
    *letters,
    *mailbox,
    *organisation,
    *messaging,
    *supervision,
    *statistics,
    *satisfaction,
    *reports,
    *revisits,
    *appraisal,
    *morning,
    *improvement,
    *themes,
    *win_win,
    *warnings,
]
