"""The settings of an installation (部署设置), read from the environment and from files of secrets.

Every setting is an environment variable SHOUWEN_NAME; DATABASE_URL and PG_BIN also work under that bare name. A secret may instead be a
file with the variable's name in the folder SHOUWEN_SECRETS_DIR (Docker and Kubernetes secrets). `.env.example` lists all.
"""

import json
import os
import secrets
import warnings
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AliasChoices, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shouwen.core.text import Text
from shouwen.site import postgres
from shouwen.site.trouble import Trouble

Names = Annotated[tuple[str, ...], NoDecode]


class SettingRefused(Trouble):
    """A setting that cannot be used; the sentence (Chinese, then English) names it and says what it should be."""


# What each setting should be, for the person who mistyped it. pydantic's own words are for programmers.
EXPECTED = {
    "database_url": Text(
        "PostgreSQL 连接地址，如 postgresql://user:password@host:5432/shouwen",
        "a PostgreSQL address such as postgresql://user:password@host:5432/shouwen",
    ),
    "secret_key": Text("至少 32 个字符的随机文字", "random text of at least 32 characters"),
    "time_zone": Text("IANA 时区名，如 Asia/Shanghai", "an IANA time zone such as Asia/Shanghai"),
    "base_url": Text("http:// 或 https:// 开头的地址", "an address that starts with http:// or https://"),
    "csrf_trusted_origins": Text(
        "逗号分隔的来源，如 https://shouwen.example", "origins such as https://shouwen.example, separated by commas"
    ),
    "debug": Text("true 或 false", "true or false"),
    "trust_proxy": Text("true 或 false", "true or false"),
    "log_level": Text("DEBUG、INFO、WARNING 或 ERROR", "DEBUG, INFO, WARNING or ERROR"),
    "port": Text("1 到 65535 的整数", "a whole number from 1 to 65535"),
    "web_workers": Text("1 到 64 的整数", "a whole number from 1 to 64"),
    "web_threads": Text("1 到 64 的整数", "a whole number from 1 to 64"),
    "web_unit": Text("机构代码、outlet，或留空", "the code of a unit, outlet, or nothing"),
    "mailbox_url": Text(
        "邮箱地址，如 imaps://user:password@mail.example/INBOX",
        "a mailbox such as imaps://user:password@mail.example/INBOX",
    ),
    "mailbox_after": Text("keep、move 或 delete", "keep, move or delete"),
    "mailbox_addresses": Text(
        "逗号分隔的邮箱地址，如 complaints@bank.example",
        "mail addresses such as complaints@bank.example, separated by commas",
    ),
    "mailbox_keep_days": Text("1 到 36500 的整数（天）", "a whole number of days from 1 to 36500"),
    "delegation_days": Text("1 到 366 的整数（天）", "a whole number of days from 1 to 366"),
    "smtp_listen": Text("主机:端口，如 127.0.0.1:2525", "host:port, such as 127.0.0.1:2525"),
    "database_pool": Text("0 到 200 的整数（0 表示不用连接池）", "a whole number from 0 to 200 (0: no pool)"),
    "email_url": Text(
        "smtp://、smtp+tls:// 或 smtps:// 开头的地址，如 smtp+tls://user:password@mail.example:587",
        "an address that starts with smtp://, smtp+tls:// or smtps://, such as smtp+tls://user:password@mail.example:587",
    ),
    "email_from": Text("发件人地址，如 complaints@bank.example", "a sender's address such as complaints@bank.example"),
    "sms_url": Text("http:// 或 https:// 开头的地址", "an address that starts with http:// or https://"),
    "sms_headers": Text(
        'JSON 对象，键和值都是文字，如 {"X-App": "shouwen"}', 'a JSON object of texts, such as {"X-App": "shouwen"}'
    ),
    "sms_body": Text(
        'JSON 对象，其中用 {to} 和 {text} 表示号码和内容，如 {"mobile": "{to}", "content": "{text}"}',
        'a JSON object in which {to} and {text} stand for number and words, such as {"mobile": "{to}", "content": "{text}"}',
    ),
    "wecom_url": Text("企业微信群机器人的 https:// 地址", "the https:// address of a WeCom group robot"),
    "dingtalk_url": Text("钉钉群机器人的 https:// 地址", "the https:// address of a DingTalk group robot"),
    "webhook_urls": Text(
        "逗号分隔的 http:// 或 https:// 地址；须同时设置 SHOUWEN_WEBHOOK_SECRET",
        "addresses that start with http:// or https://, separated by commas; SHOUWEN_WEBHOOK_SECRET must be set too",
    ),
    "webhook_private": Text("true 或 false", "true or false"),
    "quiet_from": Text("时间，如 21:00", "a time of day such as 21:00"),
    "quiet_until": Text("时间，如 08:00", "a time of day such as 08:00"),
    "messages_on_screen": Text("true 或 false", "true or false"),
    "files": Text(
        "local，或 s3（须同时设置 SHOUWEN_S3_ENDPOINT、SHOUWEN_S3_BUCKET、SHOUWEN_S3_ACCESS_KEY 和 SHOUWEN_S3_SECRET_KEY）",
        "local, or s3, which needs SHOUWEN_S3_ENDPOINT, SHOUWEN_S3_BUCKET, SHOUWEN_S3_ACCESS_KEY and SHOUWEN_S3_SECRET_KEY too",
    ),
    "s3_endpoint": Text(
        "http:// 或 https:// 开头、不带路径的地址，如 https://s3.bank.example",
        "an address that starts with http:// or https:// and has no path, such as https://s3.bank.example",
    ),
    "s3_bucket": Text("存储桶的名称，如 shouwen-files", "the name of a bucket such as shouwen-files"),
    "clamav": Text(
        "以 / 开头的套接字路径，或 主机:端口，如 /run/clamav/clamd.ctl、127.0.0.1:3310",
        "the path of a socket that begins with /, or host:port, such as /run/clamav/clamd.ctl or 127.0.0.1:3310",
    ),
}
WEB = ("http", "https")
MAIL = ("smtp", "smtp+tls", "smtps")


class Config(BaseSettings):
    """One installation's settings. Refuses (SettingRefused, through `load`) what cannot be used."""

    model_config = SettingsConfigDict(env_prefix="SHOUWEN_", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("SHOUWEN_DATABASE_URL", "DATABASE_URL")
    )
    database_pool: int | None = Field(default=None, ge=0, le=200)  # None: as many as threads, in the pages only
    pg_bin: Path | None = Field(default=None, validation_alias=AliasChoices("SHOUWEN_PG_BIN", "PG_BIN"))
    secret_key: str | None = Field(default=None, min_length=32)
    data_dir: Path = Path(".run")
    key_file: Path | None = None
    files_dir: Path | None = None
    allowed_hosts: Names = ()
    csrf_trusted_origins: Names = ()
    base_url: str = "http://127.0.0.1:8000"
    trust_proxy: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    web_workers: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=4, ge=1, le=64)
    debug: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    time_zone: str = "Asia/Shanghai"
    pack: str = Field(default="boc-2008", min_length=1)
    email_url: str | None = None
    email_from: str | None = None
    sms_url: str | None = None
    sms_secret: str | None = None
    sms_headers: str = "{}"
    sms_body: str = '{"id": "{id}", "to": "{to}", "text": "{text}"}'
    wecom_url: str | None = None
    dingtalk_url: str | None = None
    dingtalk_secret: str | None = None
    webhook_secret: str | None = Field(default=None, min_length=16)
    webhook_urls: Names = ()
    webhook_private: bool = False
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    messages_on_screen: bool = False
    web_unit: str = Field(default="", max_length=40)
    mailbox_url: str | None = None
    mailbox_after: Literal["keep", "move", "delete"] = "keep"
    mailbox_move_to: str = Field(default="Shouwen", min_length=1)
    mailbox_addresses: Names = ()
    mailbox_unit: str = ""
    mailbox_keep_days: int = Field(default=180, ge=1, le=36500)
    delegation_days: int = Field(default=90, ge=1, le=366)
    smtp_listen: str | None = None
    clamav: str | None = None
    s3_endpoint: str | None = None
    s3_bucket: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    s3_access_key: str | None = None
    s3_secret_key: str | None = None
    s3_region: str = Field(default="us-east-1", min_length=1)
    files: Literal["local", "s3"] = "local"

    @field_validator("allowed_hosts", "csrf_trusted_origins", "webhook_urls", "mailbox_addresses", mode="before")
    @classmethod
    def _split(cls, listed: Any) -> Any:
        return tuple(name.strip() for name in listed.split(",") if name.strip()) if isinstance(listed, str) else listed

    @field_validator("csrf_trusted_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if urlsplit(origin).scheme not in WEB:
                raise ValueError(origin)
        return origins

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level

    @field_validator("base_url")
    @classmethod
    def _address(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in WEB or not parts.hostname:
            raise ValueError(address)
        return address.rstrip("/")

    @field_validator("email_url", "sms_url", "wecom_url", "dingtalk_url")
    @classmethod
    def _way_out(cls, address: str | None, about: ValidationInfo) -> str | None:
        if address is not None:
            _require_address(address, MAIL if about.field_name == "email_url" else WEB)
        return address

    @field_validator("webhook_urls")
    @classmethod
    def _webhooks(cls, addresses: tuple[str, ...], about: ValidationInfo) -> tuple[str, ...]:
        for address in addresses:
            _require_address(address, WEB)
        if addresses and not about.data.get("webhook_secret"):
            raise ValueError("a webhook without a secret could be sent by anybody")
        return addresses

    @field_validator("email_from")
    @classmethod
    def _sender(cls, address: str | None) -> str | None:
        if address is not None and ("@" not in address or any(letter in address for letter in "\r\n")):
            raise ValueError("not an e-mail address")
        return address

    @field_validator("sms_headers", "sms_body")
    @classmethod
    def _json_of_texts(cls, text: str, about: ValidationInfo) -> str:
        given = json.loads(text)  # a JSONDecodeError is a ValueError
        if not isinstance(given, dict):
            raise ValueError("not an object")
        if about.field_name == "sms_body" and not ("{to}" in text and "{text}" in text):
            raise ValueError("says neither to whom nor what")
        if about.field_name == "sms_headers" and not all(isinstance(value, str) for value in given.values()):
            raise ValueError("a header is a text")
        return text

    @field_validator("quiet_from", "quiet_until")
    @classmethod
    def _plain_time(cls, moment: time) -> time:
        if moment.tzinfo is not None:
            raise ValueError("a time of the bank's own zone")
        return moment

    @field_validator("mailbox_url")
    @classmethod
    def _mailbox(cls, address: str | None) -> str | None:
        if address is not None:
            parts = urlsplit(address)
            if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or parts.port == 0:
                raise ValueError("not a mailbox")
        return address

    @field_validator("mailbox_addresses")
    @classmethod
    def _mail_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            local, _, domain = address.partition("@")
            if not local or "." not in domain or "@" in domain:
                raise ValueError(address)
        return addresses

    @field_validator("smtp_listen", "clamav")
    @classmethod
    def _listens_at(cls, address: str | None, about: ValidationInfo) -> str | None:
        if address is not None and not (about.field_name == "clamav" and address.startswith("/")):
            host, _, port = address.rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 65536:
                raise ValueError(address)
        return address

    @field_validator("s3_endpoint")
    @classmethod
    def _endpoint(cls, address: str | None) -> str | None:
        if address is not None:
            _require_address(address, WEB)
            if urlsplit(address).path.strip("/") or urlsplit(address).query:
                raise ValueError("a path is no part of it")
        return address

    @field_validator("files")
    @classmethod
    def _bucket(cls, kept_in: str, about: ValidationInfo) -> str:
        needed = ("s3_endpoint", "s3_bucket", "s3_access_key", "s3_secret_key")
        if kept_in == "s3" and not all(about.data.get(name) for name in needed):
            raise ValueError("the bucket is not described")
        return kept_in

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError; a folder's name is an OSError
            raise ValueError(name) from error
        return name

    @field_validator("database_url")
    @classmethod
    def _conninfo(cls, address: str | None) -> str | None:
        if address is not None:
            try:
                conninfo_to_dict(address)
            except psycopg.ProgrammingError as error:
                raise ValueError("not a connection address") from error
        return address

    @field_validator("data_dir", "files_dir", "key_file", "pg_bin")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @property
    def own_mail_addresses(self) -> tuple[str, ...]:
        """本行投诉邮箱: those that are set, the user of the mailbox where that is an address, and the sender of our messages."""
        user = unquote(urlsplit(self.mailbox_url).username or "") if self.mailbox_url else ""
        others = [address for address in (user, self.email_from or "") if "@" in address]
        return tuple(dict.fromkeys([*self.mailbox_addresses, *others]))

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def personal_data_key(self) -> Path:
        """The file of the key that wraps the customers' data keys (个人信息主密钥). Never kept in the database."""
        return self.key_file or self.data_dir / "keys" / "personal-data.key"

    @property
    def secret_key_file(self) -> Path:
        return self.data_dir / "keys" / "secret.key"

    @property
    def bucket(self) -> dict[str, str] | None:
        """How to reach the bucket of the attachments; none when they lie in a folder."""
        if self.files == "local":
            return None
        return {
            "endpoint": self.s3_endpoint or "",
            "bucket": self.s3_bucket or "",
            "access_key": self.s3_access_key or "",
            "secret_key": self.s3_secret_key or "",
            "region": self.s3_region,
        }

    @property
    def files_folder(self) -> Path:
        """Where attachments lie (附件), outside everything that the web server serves."""
        return self.files_dir or self.data_dir / "files"

    @property
    def static(self) -> Path:
        return self.data_dir / "static"

    @property
    def database_home(self) -> Path:
        """The home of the embedded PostgreSQL."""
        return self.data_dir / "postgres"

    @property
    def hosts(self) -> list[str]:
        own = urlsplit(self.base_url).hostname or ""
        return list(dict.fromkeys([*self.allowed_hosts, own, "localhost", "127.0.0.1", "[::1]"]))

    def signing_key(self) -> str:
        """Django's secret key: the setting, else the file that the first start made, else one for this process only.

        Refuses an installation with its own database and no key: its sessions would end with every restart and differ
        between hosts.
        """
        if self.secret_key:
            return self.secret_key
        if self.secret_key_file.exists():
            return self.secret_key_file.read_text().strip()
        if self.database_url is not None:
            raise SettingRefused(
                "缺少 SHOUWEN_SECRET_KEY。请设为至少 32 个字符的随机文字（各主机相同），"
                '例如用 python3 -c "import secrets; print(secrets.token_urlsafe(48))" 生成。',
                "SHOUWEN_SECRET_KEY is missing. Set it to random text of at least 32 characters, the same on every "
                'host, made for example with python3 -c "import secrets; print(secrets.token_urlsafe(48))".',
            )
        return secrets.token_urlsafe(48)

    def make_signing_key(self) -> None:
        """Writes the key file at the first start, readable by its owner only; leaves an existing one alone."""
        if self.secret_key or self.secret_key_file.exists():
            return
        self.secret_key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.secret_key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")

    def connection(self) -> dict[str, Any]:
        """How to reach the database, as libpq's keywords: DATABASE_URL, else the embedded server that runs now.

        When neither is there, the address leads nowhere and the first query says so; commands that ask the database
        nothing still work.
        """
        address = self.database_url or postgres.running_url(self.database_home)
        if address is None:
            return {"host": str(self.database_home / "not-running"), "dbname": postgres.DATABASE}
        return dict(conninfo_to_dict(address))


def _require_address(address: str, schemes: tuple[str, ...]) -> None:
    parts = urlsplit(address)
    if parts.scheme not in schemes or not parts.hostname or (parts.port or 1) > 65535:
        raise ValueError("not such an address")


def load(**given: Any) -> Config:
    """The settings from environment and secret files. Refuses the first one that cannot be used, in a sentence."""
    folder = os.environ.get("SHOUWEN_SECRETS_DIR")
    if folder is not None and not Path(folder).is_dir():
        raise SettingRefused(
            f"SHOUWEN_SECRETS_DIR 不是文件夹：{folder}", f"SHOUWEN_SECRETS_DIR is not a folder: {folder}"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return Config(**{"_secrets_dir": folder, **given})
    except ValidationError as error:
        raise SettingRefused(*_sentence(error)) from None  # pydantic's message repeats the value, which may be a secret


def _sentence(error: ValidationError) -> tuple[str, str]:
    field = str(error.errors()[0]["loc"][0])
    name = field.lower().removeprefix("shouwen_")
    variable = "DATABASE_URL" if name == "database_url" else f"SHOUWEN_{name.upper()}"
    expected = EXPECTED.get(name, Text("合法的值", "a usable value"))
    return (
        f"设置 {variable} 的值不能使用：应为{expected.zh}。",
        f"The setting {variable} cannot be used: it should be {expected.en}.",
    )
