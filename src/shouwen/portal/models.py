"""口令: what an anonymous customer may choose as a second factor, since there is no phone or address to ask for."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils.translation import gettext_lazy as _


class Passphrase(models.Model):
    """查询口令 of one complaint, kept as a slow hash only."""

    complaint_id = models.BigIntegerField(primary_key=True)
    hashed = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("passphrase")

    @classmethod
    def choose(cls, complaint_id: int, words: str) -> None:
        """Keep it; one that is there already stays, so that a repeated sending changes nothing."""
        cls.objects.get_or_create(complaint_id=complaint_id, defaults={"hashed": make_password(plain(words))})

    @classmethod
    def fits(cls, complaint_id: int, words: str) -> bool:
        kept = cls.objects.filter(complaint_id=complaint_id).first()
        return kept is not None and check_password(plain(words), kept.hashed)

    @classmethod
    def is_chosen(cls, complaint_id: int) -> bool:
        return cls.objects.filter(complaint_id=complaint_id).exists()


def plain(words: str) -> str:
    """Blanks at the ends and between words do not count: a phone's keyboard adds them."""
    return " ".join(words.split())
