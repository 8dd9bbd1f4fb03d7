"""Every setting, read once from the environment and `marsad.toml` in the home, and handed down as one frozen value.

Each is written in capitals with the prefix `MARSAD_` in the environment: `MARSAD_HOST_DELAY=0`.
"""

import hashlib
import os
import tempfile
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Network = IPv4Network | IPv6Network
MOST_SOCKET = 100  # bytes in the name of a unix socket: 104 on macOS, 108 on Linux, less a little


def default_home() -> Path:
    """Give the data directory: `MARSAD_HOME`, else the platform's user data directory."""
    return Path(os.environ.get("MARSAD_HOME") or user_data_path("marsad", appauthor=False))


class Settings(BaseSettings):
    """One frozen value for the whole process. `docs/settings.md` lists each field; a test holds that."""

    model_config = SettingsConfigDict(env_prefix="MARSAD_", frozen=True, extra="forbid", env_ignore_empty=True)

    home: Path = Field(default_factory=default_home, description="data directory: database, broker, logs")
    database_url: str = Field(default="", description="postgresql+psycopg://… ; empty: SQLite in the home")
    broker_url: str = Field(
        default="", description="redis://… ; empty: a Valkey of our own on a unix socket in the home"
    )
    allow_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(),
        description="networks that may be fetched although private, on any port, without politeness: 127.0.0.0/8",
    )
    user_agent: str = Field(
        default="Marsad/0.1 (+https://marsad.example/bot; Arabic press monitoring)",
        description="what outlets see; put a contact address of yours in it",
    )
    contact: str = Field(
        default="", description="address of a page or mailbox of yours, named to outlets in place of the user agent's"
    )
    fetch_timeout: float = Field(
        default=30.0, gt=0, description="seconds for one request from start to last byte, redirects included"
    )
    max_body: int = Field(
        default=5_000_000,
        gt=0,
        description="bytes of a decoded body: larger feeds are refused, of pages the start is read",
    )
    host_delay: float = Field(default=1.0, ge=0, description="seconds between two requests to one host")
    host_connections: int = Field(default=2, ge=1, description="requests under way at once to one host")
    host_pause: float = Field(
        default=60.0, ge=0, description="seconds that a host is left alone after 429 or 503 without Retry-After"
    )
    robots: Literal["pages", "all", "off"] = Field(
        default="pages", description="what robots.txt is asked about: pages, all (feeds too), or off (nothing)"
    )
    min_interval: float = Field(default=60.0, ge=0, description="seconds between two polls of a feed, at the least")
    max_interval: float = Field(
        default=86_400.0, gt=0, description="seconds between two polls of a feed, at the most, while it is well"
    )
    eagerness: float = Field(
        default=1.0, gt=0, description="how many requests the schedule makes, against its usual number"
    )
    honour_ttl: float = Field(
        default=900.0,
        ge=0,
        description="seconds that ttl and Cache-Control are waited for at most; 0: nothing of what a feed asks for",
    )
    backfill_articles: int = Field(default=5_000, ge=1, description="articles that one backfill brings at the most")
    topic_search: Literal["off", "on"] = Field(
        default="off", description="on: topics' words may be sent to a search service for a feed of its answers"
    )
    search_feed: str = Field(
        default="https://news.google.com/rss/search?q={query}&hl=ar&gl=EG&ceid=EG:ar",
        description="address of the search service's feed; the words stand for {query}",
    )
    tick: float = Field(default=2.0, gt=0, description="seconds between two looks at what is due")
    feed_batch: int = Field(default=500, ge=1, description="feeds in one task")
    page_batch: int = Field(default=20, ge=1, description="pages in one task")
    fetch_connections: int = Field(default=128, ge=1, description="requests under way at once in one task")
    lease: float = Field(
        default=45.0, gt=0, description="seconds after which work taken by a worker that died is taken again"
    )
    task_time_limit: float = Field(default=150.0, gt=0, description="seconds after which a task is killed")
    workers: int = Field(default=0, ge=0, description="worker processes; 0: one for each processor")
    copy_window_days: int = Field(default=14, ge=1, description="days looked back for copies")
    web_port: int = Field(default=8765, ge=0, le=65535, description="port of the page on 127.0.0.1; 0: any free one")
    web_host: str = Field(default="127.0.0.1", description="address that the page listens on")
    public_url: str = Field(
        default="",
        description="address under which others reach the page, for links in alerts and feeds; empty: this machine's",
    )
    web_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1", "localhost", "::1"), description="names that the page answers to, separated by commas"
    )
    alert_max_age: float = Field(
        default=48.0, gt=0, description="hours; an article older than that when it comes is logged, and alerts nobody"
    )
    log_level: str = Field(default="info", description="debug, info, warning or error")

    @field_validator("allow_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        """Take networks separated by commas."""
        if isinstance(value, str):
            return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
        return value

    @field_validator("web_allowed_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        """Take names separated by commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str) -> str:
        """Take an address of the web, without a slash at its end."""
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("public_url begins with http:// or https://")
        return value.rstrip("/")

    @property
    def agent(self) -> str:
        """Give the user agent that outlets see, with the contact that is set."""
        return f"{self.user_agent.split(' ', 1)[0]} (+{self.contact})" if self.contact else self.user_agent

    @property
    def database(self) -> str:
        """Give the SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'marsad.sqlite3'}"

    @property
    def page_url(self) -> str:
        """Give the address of the page for links in alerts: the public one, else that on this machine, "" for none."""
        return self.public_url or (f"http://127.0.0.1:{self.web_port}" if self.web_port else "")

    @property
    def broker_socket(self) -> Path:
        """Give the unix socket of our own broker: in the home, or in /tmp where that name is too long for a socket."""
        path = self.home.absolute() / "broker" / "valkey.sock"
        if len(os.fsencode(path)) <= MOST_SOCKET:
            return path
        digest = hashlib.sha256(os.fsencode(self.home.absolute())).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"marsad-{os.getuid()}-{digest}" / "valkey.sock"

    @property
    def broker(self) -> str:
        """Give the Celery address of the broker."""
        return self.broker_url or f"redis+socket://{self.broker_socket}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Prefer arguments, then the environment, then `marsad.toml` in the home."""
        home = Path(init_settings().get("home") or default_home())
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / "marsad.toml")


def load(home: Path | None = None) -> Settings:
    """Read all settings, for the given home if there is one."""
    return Settings(home=home) if home else Settings()
