"""Lists fit the screens that stand in banks: nothing has to be scrolled sideways, however many marks a complaint has."""

import pytest
from django.conf import settings

from shouwen.casework.models import ComplaintRow
from tests.browser.conftest import DESKTOP, SignIn
from tests.browser.test_main_line import no_sideways_scroll

WIDTHS = (1920, 1600, 1440, 1366, 1280, 1024)
LISTS = ("/complaints/", "/tasks/?list=unit", "/complaints/?class=attitude&channel=hotline", "/supervision/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_list_is_wider_than_a_usual_screen(sign_in: SignIn, language: str) -> None:
    ComplaintRow.objects.update(returned=True, supervised=True, alarm="escalated")
    page = sign_in("100110")
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": page.url}])
    for address in LISTS:
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({**DESKTOP, "width": width})
            assert no_sideways_scroll(page), (address, width)
