"""The settings of an installation: what is read, from where, and how a mistake is told."""

import stat
from pathlib import Path

import pytest

from shouwen.site import config
from shouwen.site.config import SettingRefused


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("SHOUWEN_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_everything_lies_in_run_below_the_current_folder(tmp_path: Path) -> None:
    found = config.load()
    assert found.data_dir == tmp_path / ".run"
    assert found.personal_data_key == tmp_path / ".run" / "keys" / "personal-data.key"
    assert found.files_folder == tmp_path / ".run" / "files"
    assert found.time_zone == "Asia/Shanghai"
    assert found.pack == "boc-2008"
    assert not found.debug


def test_a_secret_may_be_a_file_with_the_settings_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "SHOUWEN_SECRET_KEY").write_text("k" * 40 + "\n")
    monkeypatch.setenv("SHOUWEN_SECRETS_DIR", str(folder))
    assert config.load().signing_key() == "k" * 40


def test_a_database_address_with_a_unix_socket_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p%40ss@/bank?host=%2Frun%2Fpostgresql&sslmode=disable")
    assert config.load().connection() == {
        "user": "u",
        "password": "p@ss",
        "dbname": "bank",
        "host": "/run/postgresql",
        "sslmode": "disable",
    }


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_ALLOWED_HOSTS", "a.example, b.example")
    monkeypatch.setenv("SHOUWEN_BASE_URL", "https://c.example/")
    assert config.load().hosts[:3] == ["a.example", "b.example", "c.example"]


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("SHOUWEN_TIME_ZONE", "Asia/Nowhere"),
        ("SHOUWEN_TIME_ZONE", ".."),
        ("SHOUWEN_BASE_URL", "shouwen.example"),
        ("SHOUWEN_DEBUG", "perhaps"),
        ("SHOUWEN_PORT", "80000"),
        ("SHOUWEN_LOG_LEVEL", "chatty"),
        ("SHOUWEN_SECRET_KEY", "short"),
        ("SHOUWEN_WEB_WORKERS", "0"),
        ("SHOUWEN_CSRF_TRUSTED_ORIGINS", "a.example"),
        ("DATABASE_URL", "nonsense%zz://"),
        ("SHOUWEN_EMAIL_URL", "mail.example"),
        ("SHOUWEN_EMAIL_FROM", "nobody"),
        ("SHOUWEN_SMS_URL", "ftp://gateway.example"),
        ("SHOUWEN_SMS_BODY", '{"to": "{to}"}'),
        ("SHOUWEN_SMS_HEADERS", "X-App: shouwen"),
        ("SHOUWEN_WEBHOOK_URLS", "https://system.example/"),  # without a secret
        ("SHOUWEN_QUIET_FROM", "nine"),
        ("SHOUWEN_CLAMAV", "clamd.ctl"),
        ("SHOUWEN_FILES", "s3"),  # without a bucket
        ("SHOUWEN_FILES", "ftp"),
        ("SHOUWEN_S3_ENDPOINT", "s3.bank.example"),
        ("SHOUWEN_S3_ENDPOINT", "https://s3.bank.example/files"),
        ("SHOUWEN_S3_BUCKET", "Files/1"),
    ],
)
def test_a_bad_value_is_told_in_both_languages_and_never_repeated(
    name: str, mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, mistake)
    with pytest.raises(SettingRefused) as refused:
        config.load()
    assert name in refused.value.text.zh
    assert name in refused.value.text.en
    assert "应为" in refused.value.text.zh
    if name == "SHOUWEN_SECRET_KEY":
        assert mistake not in str(refused.value).split()


@pytest.mark.parametrize("address", ["/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310"])
def test_the_virus_scanner_is_a_path_or_a_port(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SHOUWEN_CLAMAV", address)
    assert config.load().clamav == address


def test_a_bucket_that_is_described_is_used_and_its_secret_may_be_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    described = {
        "FILES": "s3",
        "S3_ENDPOINT": "https://s3.bank.example",
        "S3_BUCKET": "files",
        "S3_ACCESS_KEY": "somebody",
    }
    for name, value in described.items():
        monkeypatch.setenv(f"SHOUWEN_{name}", value)
    (tmp_path / "SHOUWEN_S3_SECRET_KEY").write_text("a secret")
    monkeypatch.setenv("SHOUWEN_SECRETS_DIR", str(tmp_path))
    bucket = config.load().bucket
    assert bucket is not None
    assert (bucket["bucket"], bucket["secret_key"]) == ("files", "a secret")


def test_a_missing_folder_of_secrets_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOUWEN_SECRETS_DIR", str(tmp_path / "gone"))
    with pytest.raises(SettingRefused, match="SHOUWEN_SECRETS_DIR"):
        config.load()


def test_a_bank_with_its_own_database_must_set_the_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bank@db/shouwen")
    with pytest.raises(SettingRefused, match="SHOUWEN_SECRET_KEY"):
        config.load().signing_key()


def test_the_first_start_makes_a_signing_key_that_only_its_owner_reads() -> None:
    found = config.load()
    found.make_signing_key()
    key = found.signing_key()
    found.make_signing_key()
    assert found.signing_key() == key
    assert len(key) >= 32
    assert stat.S_IMODE(found.secret_key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(found.secret_key_file.parent.stat().st_mode) == 0o700


def test_without_a_database_the_address_leads_nowhere_and_says_so() -> None:
    assert config.load().connection()["host"].endswith("not-running")


def test_every_setting_is_in_the_example_file() -> None:
    example = (Path(__file__).resolve().parent.parent.parent / ".env.example").read_text()
    for name in config.Config.model_fields:
        variable = "DATABASE_URL" if name == "database_url" else f"SHOUWEN_{name.upper()}"
        assert f"\n{variable}=" in example, variable
