"""导入文件的保存期限: what was uploaded waits a day for its confirmation."""

from datetime import datetime, timedelta

from shouwen.organisation.models import Upload

KEPT = timedelta(days=1)


def forget_old(now: datetime) -> int:
    """Remove what nobody confirmed within a day; returns how many."""
    return Upload.objects.filter(created_at__lt=now - KEPT).delete()[0]
