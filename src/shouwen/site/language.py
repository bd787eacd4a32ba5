"""界面语言: Chinese first, English by the switch. What a browser says about itself does not count."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import get_language_from_request, get_supported_language_variant


class ChosenLanguageMiddleware(LocaleMiddleware):
    """The language that the person has chosen with the switch (its cookie), else the bank's; what a program asks for, in the interface."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(_chosen(request))
        request.LANGUAGE_CODE = translation.get_language()


def _chosen(request: HttpRequest) -> str:
    if request.path_info.startswith("/api/"):
        return get_language_from_request(request)
    try:
        return get_supported_language_variant(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    except LookupError:
        return settings.LANGUAGE_CODE
