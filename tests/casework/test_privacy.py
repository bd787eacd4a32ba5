"""Keys, sealed values, blind indexes and logs: what opens, what is refused, and that nothing is left in clear."""

import os
import pickle
import re
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from shouwen.casework.privacy import (
    Algorithm,
    DataKey,
    KeyExposed,
    KeyMissing,
    KeyProblem,
    Keyring,
    KeyUnreadable,
    KeyWrong,
    SealBroken,
    add_wrapping_key,
    create_keyring,
    keyring,
    load_keyring,
    prepare_keyring,
    redact,
)

FIRST_START = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
LATER = datetime(2027, 11, 24, 2, 10, tzinfo=UTC)
BOTH = pytest.mark.parametrize("algorithm", list(Algorithm))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "personal-data.key"


@pytest.fixture
def ring(path: Path) -> Keyring:
    return create_keyring(path, FIRST_START)


@pytest.fixture
def installation(path: Path, settings: Settings) -> Path:
    settings.SHOUWEN_KEY_FILE = path
    return path


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.fixture(scope="module")
def written_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file that stays the same for all examples of a property."""
    return create_keyring(tmp_path_factory.mktemp("keys") / "personal-data.key", FIRST_START).path


class TestKeyFile:
    def test_the_file_made_at_first_start_can_be_read_by_its_owner_only(self, path: Path) -> None:
        previous = os.umask(0)
        try:
            create_keyring(path, FIRST_START)
        finally:
            os.umask(previous)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_the_file_says_what_it_is_and_that_it_must_be_kept_apart(self, ring: Keyring) -> None:
        text = ring.path.read_text()
        assert "请另存副本" in text
        assert re.search(r"^index [0-9a-f]{8} hmac-sha256 2026-11-24T02:10:00Z \S{44} [0-9a-f]{8}$", text, re.MULTILINE)
        assert re.search(r"^wrap [0-9a-f]{8} aes-256-gcm 2026-11-24T02:10:00Z \S{44} [0-9a-f]{8}$", text, re.MULTILINE)

    def test_a_second_start_reads_the_keys_of_the_first(self, ring: Keyring) -> None:
        before = ring.path.read_bytes()
        assert create_keyring(ring.path, LATER).check_value() == ring.check_value()
        assert ring.path.read_bytes() == before

    def test_processes_that_start_at_once_end_with_the_same_keys(self, path: Path) -> None:
        together = threading.Barrier(8)
        values = []

        def start() -> None:
            together.wait()
            values.append(create_keyring(path, FIRST_START).check_value())

        threads = [threading.Thread(target=start) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(values) == 8
        assert len(set(values)) == 1
        assert list(path.parent.iterdir()) == [path]

    @pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
    def test_a_file_that_others_can_read_or_change_is_refused(self, ring: Keyring, mode: int) -> None:
        ring.path.chmod(mode)
        with pytest.raises(KeyExposed, match=f"chmod 600 {ring.path}"):
            load_keyring(ring.path)

    def test_a_file_lent_to_a_group_for_reading_is_taken(self, ring: Keyring) -> None:
        ring.path.chmod(0o440)
        assert load_keyring(ring.path).check_value() == ring.check_value()

    @given(st.data())
    def test_a_copying_mistake_anywhere_in_a_key_is_found_and_its_line_named(
        self, written_keys: Path, data: st.DataObject
    ) -> None:
        lines = written_keys.read_text().splitlines()
        number = data.draw(st.sampled_from([3, 4]))
        place = data.draw(st.integers(0, len(lines[number]) - 1).filter(lambda place: lines[number][place] != " "))
        other = data.draw(
            st.sampled_from("abcdefXYZ0123456789+/").filter(lambda letter: letter != lines[number][place])
        )
        lines[number] = lines[number][:place] + other + lines[number][place + 1 :]
        copied = written_keys.with_name("copied.key")
        copied.write_text("\n".join(lines))
        copied.chmod(0o600)
        with pytest.raises(KeyUnreadable, match=f"line {number + 1} is incomplete or was changed"):
            load_keyring(copied)

    @pytest.mark.parametrize("kept", [0, 1])
    def test_a_file_without_all_its_lines_is_refused(self, ring: Keyring, kept: int) -> None:
        lines = [line for line in ring.path.read_text().splitlines() if not line.startswith("#")]
        ring.path.write_text("\n".join(lines[kept : kept + 1]))
        with pytest.raises(KeyUnreadable, match="one line with the index key"):
            load_keyring(ring.path)

    def test_a_file_that_is_no_text_is_refused_in_a_sentence(self, ring: Keyring) -> None:
        ring.path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(KeyUnreadable, match="not a text file"):
            load_keyring(ring.path)

    def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "keys").write_text("a file where the folder should be")
        with pytest.raises(KeyUnreadable, match="cannot be read or written"):
            create_keyring(tmp_path / "keys" / "personal-data.key", FIRST_START)


class TestStart:
    def test_a_new_database_gets_a_new_key(self, installation: Path) -> None:
        ring = prepare_keyring(None)
        assert installation.exists()
        assert prepare_keyring(ring.check_value()).check_value() == ring.check_value()

    def test_a_new_database_takes_the_key_that_is_there(self, installation: Path, ring: Keyring) -> None:
        assert prepare_keyring(None).check_value() == ring.check_value()

    def test_a_database_in_use_never_gets_a_new_key(self, installation: Path) -> None:
        with pytest.raises(KeyMissing) as refused:
            prepare_keyring(b"\0" * 32)
        assert not installation.exists()
        assert str(installation) in refused.value.message.zh
        assert "请从备份恢复" in refused.value.message.zh
        assert "Restore the file from its backup" in refused.value.message.en

    def test_the_key_of_another_database_is_refused(self, installation: Path, ring: Keyring, tmp_path: Path) -> None:
        other = create_keyring(tmp_path / "other.key", FIRST_START)
        with pytest.raises(KeyWrong, match="does not belong to this database"):
            prepare_keyring(other.check_value())

    def test_work_without_the_file_is_refused(self, installation: Path) -> None:
        with pytest.raises(KeyMissing):
            keyring()

    def test_the_keyring_is_read_once_and_again_when_the_file_has_changed(
        self, installation: Path, ring: Keyring
    ) -> None:
        first = keyring()
        assert keyring() is first
        add_wrapping_key(installation, LATER)
        assert keyring() is not first
        assert keyring().check_value() == first.check_value()

    def test_the_national_algorithms_are_a_setting(self, installation: Path, settings: Settings) -> None:
        settings.SHOUWEN_KEY_ALGORITHM = "sm4-gcm"
        prepare_keyring(None)
        assert re.findall(r"(?:hmac|sm4)-\w+", installation.read_text()) == ["hmac-sm3", "sm4-gcm"]

    def test_the_check_value_tells_nothing_of_the_keys(self, ring: Keyring) -> None:
        assert len(ring.check_value()) == 32
        assert ring.check_value() not in ring.path.read_bytes()


class TestDataKeys:
    @BOTH
    @given(
        plaintext=st.binary(max_size=500) | st.text(st.characters(codec="utf-8")),
        context=st.text(st.characters(codec="utf-8")),
    )
    def test_what_is_sealed_opens_again(self, algorithm: Algorithm, plaintext: str | bytes, context: str) -> None:
        key = DataKey.generate(algorithm)
        sealed = key.seal(plaintext, context)
        clear = plaintext.encode() if isinstance(plaintext, str) else plaintext
        assert key.open(sealed, context) == clear
        assert len(sealed) == len(clear) + 30

    @BOTH
    def test_a_sealed_value_holds_nothing_in_clear_and_is_never_the_same_twice(self, algorithm: Algorithm) -> None:
        key = DataKey.generate(algorithm)
        first, second = key.seal("张三 13812345678", "a"), key.seal("张三 13812345678", "a")
        assert first != second
        assert "张三".encode() not in first
        assert b"13812345678" not in first

    @BOTH
    def test_every_changed_bit_is_found(self, algorithm: Algorithm) -> None:
        key = DataKey.generate(algorithm)
        sealed = key.seal("张三", "complaint:7:details")
        for bit in range(len(sealed) * 8):
            with pytest.raises(SealBroken, match="complaint:7:details"):
                key.open(flipped(sealed, bit), "complaint:7:details")

    @BOTH
    def test_a_value_cut_short_is_found(self, algorithm: Algorithm) -> None:
        key = DataKey.generate(algorithm)
        sealed = key.seal("张三", "a")
        for length in range(len(sealed)):
            with pytest.raises(SealBroken):
                key.open(sealed[:length], "a")

    @BOTH
    def test_a_value_moved_to_another_record_does_not_open(self, algorithm: Algorithm) -> None:
        key = DataKey.generate(algorithm)
        with pytest.raises(SealBroken):
            key.open(key.seal("张三", "complaint:7:details"), "complaint:8:details")

    @BOTH
    def test_another_complainants_key_does_not_open_it(self, algorithm: Algorithm) -> None:
        sealed = DataKey.generate(algorithm).seal("张三", "a")
        for other in Algorithm:
            with pytest.raises(SealBroken):
                DataKey.generate(other).open(sealed, "a")

    def test_keys_show_and_pickle_nothing(self, ring: Keyring) -> None:
        key, _ = ring.new_data_key()
        assert repr(key) == "<DataKey aes-256-gcm>"
        for secret in (key, ring):
            with pytest.raises(TypeError, match="not pickled"):
                pickle.dumps(secret)
        assert not any(word in repr(ring) for word in re.findall(r"\S{44}", ring.path.read_text()))


class TestKeyring:
    @BOTH
    def test_a_wrapped_data_key_unwraps_to_the_same_key(self, path: Path, algorithm: Algorithm) -> None:
        ring = create_keyring(path, FIRST_START, algorithm)
        key, wrapped = ring.new_data_key()
        assert load_keyring(path).unwrap(wrapped).open(key.seal("张三", "a"), "a").decode() == "张三"

    def test_every_complainant_has_a_key_of_its_own(self, ring: Keyring) -> None:
        (first, _), (_, wrapped) = ring.new_data_key(), ring.new_data_key()
        with pytest.raises(SealBroken):
            ring.unwrap(wrapped).open(first.seal("张三", "a"), "a")

    def test_a_changed_wrapped_key_is_found(self, ring: Keyring) -> None:
        _, wrapped = ring.new_data_key()
        for bit in range(len(wrapped) * 8):
            with pytest.raises((SealBroken, KeyWrong)):
                ring.unwrap(flipped(wrapped, bit))
        with pytest.raises(SealBroken):
            ring.unwrap(b"")

    def test_a_key_that_the_file_lacks_is_named(self, ring: Keyring, tmp_path: Path) -> None:
        _, wrapped = create_keyring(tmp_path / "other.key", FIRST_START).new_data_key()
        with pytest.raises(KeyWrong, match=f"lacks the key {wrapped[:4].hex()}"):
            ring.unwrap(wrapped)

    @BOTH
    def test_drafts_are_sealed_under_the_banks_key(self, path: Path, algorithm: Algorithm) -> None:
        ring = create_keyring(path, FIRST_START, algorithm)
        sealed = ring.seal("张三", "draft:1")
        assert ring.open(sealed, "draft:1").decode() == "张三"
        with pytest.raises(SealBroken):
            ring.open(sealed, "draft:2")

    def test_a_sealed_draft_is_no_wrapped_key(self, ring: Keyring) -> None:
        with pytest.raises(SealBroken):
            ring.unwrap(ring.seal(b"\1" + bytes(32), "data key"))


class TestRotation:
    @BOTH
    def test_the_new_key_seals_and_the_old_one_still_opens(self, ring: Keyring, algorithm: Algorithm) -> None:
        key, wrapped = ring.new_data_key()
        draft = ring.seal("草稿", "draft:1")
        rotated = add_wrapping_key(ring.path, LATER, algorithm)
        assert rotated.open(draft, "draft:1").decode() == "草稿"
        assert rotated.needs_rewrap(wrapped)
        rewrapped = rotated.rewrap(wrapped)
        assert not rotated.needs_rewrap(rewrapped)
        assert rotated.unwrap(rewrapped).open(key.seal("张三", "a"), "a").decode() == "张三"
        assert repr(rotated.new_data_key()[0]) == f"<DataKey {algorithm}>"

    def test_rotation_keeps_indexes_check_value_and_permissions(self, ring: Keyring) -> None:
        rotated = add_wrapping_key(ring.path, LATER)
        assert rotated.check_value() == ring.check_value()
        assert rotated.blind_index("name", "张三") == ring.blind_index("name", "张三")
        assert stat.S_IMODE(ring.path.stat().st_mode) == 0o600

    def test_an_old_file_beside_newer_data_says_which_key_it_lacks(self, ring: Keyring) -> None:
        _, wrapped = add_wrapping_key(ring.path, LATER).new_data_key()
        with pytest.raises(KeyWrong, match=wrapped[:4].hex()):
            ring.unwrap(wrapped)

    def test_two_rotations_at_once_cannot_lose_a_key(self, ring: Keyring) -> None:
        ring.path.with_name(f"{ring.path.name}.new").touch()
        with pytest.raises(KeyProblem, match="another program is changing the keys"):
            add_wrapping_key(ring.path, LATER)


class TestBlindIndex:
    @BOTH
    def test_spellings_of_one_value_have_one_index_of_16_bytes(self, path: Path, algorithm: Algorithm) -> None:
        ring = create_keyring(path, FIRST_START, algorithm)
        spellings = ["13812345678", "+86 138-1234-5678", "１３８１２３４５６７８"]
        (index,) = {ring.blind_index("phone", spelling) for spelling in spellings}
        assert len(index) == 16
        assert index == load_keyring(path).blind_index("phone", spellings[0])

    def test_kinds_and_databases_never_meet(self, ring: Keyring, tmp_path: Path) -> None:
        other = create_keyring(tmp_path / "other.key", FIRST_START)
        value = "1234567890123456"
        assert (
            len(
                {ring.blind_index("card", value), ring.blind_index("identity", value), other.blind_index("card", value)}
            )
            == 3
        )

    @pytest.mark.parametrize(("kind", "value"), [("phone", "无"), ("name", "匿名"), ("card", "---"), ("identity", "")])
    def test_values_that_name_nobody_are_never_taken_for_one_person(self, ring: Keyring, kind: str, value: str) -> None:
        assert ring.blind_index(kind, value) != ring.blind_index(kind, value)

    def test_other_kinds_are_taken_exactly_as_given(self, ring: Keyring) -> None:
        assert ring.blind_index("tracking", "ab-1") == ring.blind_index("tracking", "ab-1")
        assert ring.blind_index("tracking", "ab-1") != ring.blind_index("tracking", "AB1")


class TestLogs:
    def test_no_personal_value_reaches_a_log_however_deep_it_stands(self) -> None:
        class Customer:
            def __repr__(self) -> str:
                return "<Customer 13812345678>"

        line = redact(
            None,
            "info",
            {
                "event": "call 13812345678 or a@b.com",
                "exception": [{"type": "KeyError", "message": "11010519491231002X"}],
                "keys": {"13812345678": 1},
                "phone": 13812345678,
                "body": "卡号 6222021234567890128".encode(),
                "sets": ({"13812345678"}, Customer()),
            },
        )
        said = str(line)
        assert not any(
            value in said for value in ("13812345678", "a@b.com", "11010519491231002X", "6222021234567890128")
        )
        assert line["event"] == "call 〔电话1 尾号5678〕 or 〔邮箱1〕"

    def test_everything_else_stays_as_it_was(self) -> None:
        line = {
            "event": "request",
            "timestamp": "2026-11-24T02:10:00.123456Z",
            "path": "/complaints/TS2026-00012345/",
            "ms": 12.345678901,
            "staff": None,
            "ok": True,
            "complaint": 1234567890123,
            "at": FIRST_START,
        }
        assert redact(None, "info", dict(line)) == line
