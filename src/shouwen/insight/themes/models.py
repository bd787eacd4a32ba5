"""主题词: which words a complaint counts with, and how many complaints have each word, by unit and day of receipt."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class ThemeText(models.Model):
    """One complaint as it is counted: `words` of its redacted texts, `line` of the handling unit, `version` of the complaint that was read.

    Without words for what counts nowhere: secret, merged, told again. `insight.themes.following` writes these rows, nobody else.
    """

    complaint_id = models.BigIntegerField(primary_key=True)
    version = models.IntegerField()
    day = models.DateField()
    line = ArrayField(models.IntegerField())
    words = ArrayField(models.CharField(max_length=32))

    class Meta:
        verbose_name = _("words of a complaint")
        indexes = [
            GinIndex(fields=["words"], name="theme_words"),
            models.Index(fields=["day"], name="theme_text_day"),
        ]


class ThemeWord(models.Model):
    """词频: how many complaints of a day (bank's zone), handled by the unit or below, have the word. The empty word counts all of them."""

    unit = models.IntegerField()
    day = models.DateField()
    word = models.CharField(max_length=32)
    complaints = models.IntegerField()

    class Meta:
        verbose_name = _("word count")
        constraints = [models.UniqueConstraint(fields=["unit", "day", "word"], name="theme_word_once")]
        indexes = [models.Index(fields=["day"], name="theme_word_day")]
