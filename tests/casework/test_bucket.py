"""附件存储桶: the same files under the same places, sealed before they leave; a bucket that is away loses and half-writes nothing."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from uuid import uuid4

import pytest
from django.utils import timezone
from minio import Minio
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from shouwen.casework import files
from shouwen.casework.files import bucket, store
from shouwen.casework.models import JournalEntry
from shouwen.core.refusal import Refusal
from tests.casework.test_door import person, register

KEYS = {"access_key": "somebody", "secret_key": "a secret of the bucket", "region": "us-east-1"}
CONTENT = "一封信".encode()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Moto: a server that speaks S3."""
    running = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    yield "{}:{}".format(*running.get_host_and_port())
    running.stop()


@pytest.fixture
def raw(server: str, settings: Settings) -> Minio:
    """An empty bucket, set as the store of files, as somebody sees it who looks into it past the program."""
    client = Minio(server, **KEYS, secure=False)
    name = f"files-{uuid4().hex}"
    client.make_bucket(name)
    settings.SHOUWEN_S3 = {"endpoint": f"http://{server}", "bucket": name, **KEYS}
    return client


@pytest.fixture
def away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A store of files that answers 503 to everything; the requests that it got."""
    asked: list[str] = []

    class Fails(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append(self.command)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, *words: object) -> None:
            """Nothing is printed."""

    monkeypatch.setattr(bucket, "PAUSE", 0.0)
    running = HTTPServer(("127.0.0.1", 0), Fails)
    Thread(target=running.serve_forever, daemon=True).start()
    settings.SHOUWEN_S3 = {"endpoint": f"http://127.0.0.1:{running.server_port}", "bucket": "files", **KEYS}
    yield asked
    running.shutdown()
    running.server_close()


def kept(client: Minio, settings: Settings) -> list[tuple[str, bytes]]:
    name = (settings.SHOUWEN_S3 or {})["bucket"]
    found = [each.object_name or "" for each in client.list_objects(name, recursive=True)]
    return [(place, client.get_object(name, place).read()) for place in found]


def test_a_file_lies_in_the_bucket_sealed_under_its_digest_and_comes_back(
    staffed: None, raw: Minio, settings: Settings
) -> None:
    agent = person("100101")
    complaint = register(agent)
    after = files.attach(complaint, files.checked("信.txt", CONTENT), actor=agent)
    ((place, content),) = kept(raw, settings)
    assert place == f"{complaint.id % 1000:03d}/{complaint.id}/{files.digest_of(CONTENT)}"
    assert CONTENT not in content
    assert files.read(after, after.attachments[0]) == CONTENT


def test_a_file_that_is_gone_from_the_bucket_is_refused_with_a_sentence(
    staffed: None, raw: Minio, settings: Settings
) -> None:
    agent = person("100101")
    after = files.attach(register(agent), files.checked("信.txt", CONTENT), actor=agent)
    ((place, _),) = kept(raw, settings)
    store.remove(place)
    with pytest.raises(Refusal) as refused:
        files.read(after, after.attachments[0])
    assert refused.value.rule == "file-gone"


def test_what_is_not_there_is_told_apart_from_a_bucket_that_is_away(raw: Minio) -> None:
    assert store.read("held/x") is None
    assert not store.exists("held/x")
    store.remove("held/x")


def test_what_is_old_is_found_by_when_it_was_written(raw: Minio) -> None:
    store.write("held/one", b"sealed")
    store.write("007/7/two", b"sealed")
    standing = store.standing()
    assert list(standing.older_than(timezone.now() + timedelta(minutes=1), "held")) == ["held/one"]
    assert list(standing.older_than(timezone.now() - timedelta(minutes=1), "held")) == []


def test_a_file_that_the_bucket_does_not_take_is_not_on_the_journal_either(staffed: None, away: list[str]) -> None:
    agent = person("100101")
    complaint = register(agent)
    before = JournalEntry.objects.count()
    with pytest.raises(bucket.StoreAway):
        files.attach(complaint, files.checked("信.txt", CONTENT), actor=agent)
    assert JournalEntry.objects.count() == before


def test_a_request_that_the_bucket_fails_on_is_tried_again(away: list[str]) -> None:
    with pytest.raises(bucket.StoreAway):
        store.write("held/one", b"sealed")
    assert away == ["PUT"] * (1 + bucket.TRIES_MORE)


@pytest.mark.parametrize("asked", [store.read, store.exists, store.remove])
def test_a_bucket_that_is_away_is_a_sentence(away: list[str], asked: object) -> None:
    with pytest.raises(bucket.StoreAway):
        asked("held/one")  # type: ignore[operator]


def test_a_bucket_that_does_not_exist_is_no_missing_file(raw: Minio, settings: Settings) -> None:
    settings.SHOUWEN_S3 = {**(settings.SHOUWEN_S3 or {}), "bucket": "another"}
    with pytest.raises(bucket.StoreAway):
        store.read("held/one")
    assert not store.standing().answers()


def test_whether_the_bucket_answers_can_be_asked(raw: Minio) -> None:
    assert store.standing().answers()


def test_whether_the_bucket_answers_is_asked_once_only(away: list[str]) -> None:
    assert not store.standing().answers()
    assert len(away) == 1
