from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "shouwen.messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from shouwen.messaging.texts import templates

        templates()  # a mistake in a text that ships is told at the start, not when the customer should be told
