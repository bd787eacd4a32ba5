"""附件存储桶: sealed content in a bucket that speaks S3, under the same places as in the folder (SHOUWEN_FILES=s3).

The bucket's keeper sees ciphertext only. A request is tried again when the network or the server fails; then the file is refused
for now, and with it whatever was to be true together with it.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from shouwen.core.refusal import Refusal, RefusedForNow
from shouwen.core.text import Text

if TYPE_CHECKING:
    from minio import Minio

log = structlog.get_logger()
# Source: bank-default. The complaint's row is locked while its file is written, so a store that hangs may not hold it for long.
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER, TRIES_MORE, PAUSE = 3.0, 10.0, 2, 0.2
SECONDS_TO_SHOW_ITSELF = 2.0
FAILURES_OF_SERVERS = (500, 502, 503, 504)
NOT_THERE = ("NoSuchKey", "NoSuchObject")


class StoreAway(RefusedForNow):
    """The bucket cannot be reached, or does not let us in."""

    def __init__(self) -> None:
        super().__init__(
            "files-away",
            Text(
                "附件存储暂时不可用，文件没有存取。请过几分钟再试；仍不行请联系系统管理员。",
                "The store of files cannot be reached at present. Try again in a few minutes; if it goes on, tell the administrator.",
            ),
            field="file",
        )


class Bucket:
    """存储桶. Implements `store.Store`."""

    def __init__(self, *, endpoint: str, bucket: str, access_key: str, secret_key: str, region: str) -> None:
        self._bucket = bucket
        self._client = _client(endpoint, access_key, secret_key, region, SECONDS_TO_ANSWER, TRIES_MORE)
        self._asking = _client(endpoint, access_key, secret_key, region, SECONDS_TO_SHOW_ITSELF, 0)

    def write(self, place: str, sealed: bytes) -> None:
        with _reached():
            self._client.put_object(self._bucket, place, io.BytesIO(sealed), len(sealed))

    def read(self, place: str) -> bytes | None:
        from minio import S3Error

        with _reached():
            try:
                answer = self._client.get_object(self._bucket, place)
            except S3Error as error:
                if error.code in NOT_THERE:
                    return None
                raise
            with answer:
                return bytes(answer.read())

    def exists(self, place: str) -> bool:
        from minio import S3Error

        with _reached():
            try:
                self._client.stat_object(self._bucket, place)
            except S3Error as error:
                if error.code in NOT_THERE:
                    return False
                raise
            return True

    def remove(self, place: str) -> None:
        with _reached():
            self._client.remove_object(self._bucket, place)

    def older_than(self, moment: datetime, under: str) -> Iterator[str]:
        with _reached():
            for found in self._client.list_objects(self._bucket, prefix=f"{under}/"):
                if found.last_modified is not None and found.last_modified < moment and found.object_name:
                    yield found.object_name

    def answers(self) -> bool:
        try:
            with _reached():
                return bool(self._asking.bucket_exists(self._bucket))
        except StoreAway:
            return False  # that is the answer


@contextmanager
def _reached() -> Iterator[None]:
    from minio.error import MinioException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (MinioException, HTTPError, OSError) as error:
        # The message may hold the address that was asked for, with its signature.
        log.error("store of files away", error=type(error).__name__, code=getattr(error, "code", ""))
        raise StoreAway from error


def _client(endpoint: str, access_key: str, secret_key: str, region: str, seconds: float, tries_more: int) -> "Minio":
    try:
        import minio
        import urllib3
    except ImportError as missing:
        raise Refusal(
            "s3-not-installed",
            Text(
                "SHOUWEN_FILES=s3 需要安装 shouwen[s3]。",
                "SHOUWEN_FILES=s3 needs the extra shouwen[s3]. Install it.",
            ),
        ) from missing
    address = urlsplit(endpoint)
    connections = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=min(seconds, SECONDS_TO_CONNECT), read=seconds),
        retries=urllib3.Retry(total=tries_more, backoff_factor=PAUSE, status_forcelist=FAILURES_OF_SERVERS),
        maxsize=10,
    )
    return minio.Minio(
        address.netloc,
        access_key=access_key,
        secret_key=secret_key,
        secure=address.scheme == "https",
        region=region,
        http_client=connections,
    )
