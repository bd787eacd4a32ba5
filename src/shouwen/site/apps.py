from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "shouwen.site"
    label = "shouwen_site"
