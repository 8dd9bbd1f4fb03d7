"""Addresses of channels: what is allowed, what is shown, what is taken out of a text."""

import pytest

from domain.channels import STDOUT, Kind, kind_of, normal, scrub, service_of, shown
from domain.errors import BadInput

TOKEN = "xoxb9secret9token9ABCDEF"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://hook.example/a", Kind.WEBHOOK),
        ("HTTP://hook.example/a", Kind.WEBHOOK),
        ("stdout:", Kind.STDOUT),
        ("tgram://123:abc/42", Kind.APPRISE),
        ("mailtos://u:p@mail.example?to=a@b.example", Kind.APPRISE),
        ("workflows://h:443/a/b", Kind.APPRISE),
        ("matrixs://u:p@h/!room", Kind.APPRISE),
    ],
)
def test_an_address_is_served_by_its_scheme(address: str, kind: Kind) -> None:
    assert kind_of(address) is kind


@pytest.mark.parametrize(
    "address", ["", "hook", "xmpp://a@b", "syslog://", "dbus://", "file:///etc/passwd", "json://127.0.0.1/", "exec://a"]
)
def test_other_schemes_are_refused_and_the_allowed_ones_named(address: str) -> None:
    with pytest.raises(BadInput, match="tgram"):
        kind_of(address)


def test_tls_and_other_names_are_the_same_service() -> None:
    assert service_of("ntfys://h/t") == service_of("ntfy://h/t")
    assert service_of("workflows://h/a") == service_of("workflow://h/a")
    with pytest.raises(BadInput):
        service_of("https://h/")


def test_a_length_is_counted_as_the_service_does() -> None:
    assert service_of("tgram://a/b").size("خبر😀") == 5
    assert service_of("ntfy://h/t").size("خبر😀") == 10


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        (f"https://hook.example/{TOKEN}?k={TOKEN}", "https://hook.example/…"),
        ("https://hook.example:8443/a", "https://hook.example:8443/…"),
        (f"tgram://123:{TOKEN}/42", "tgram://…"),
        (f"slack://{TOKEN}/b/c", "slack://…"),
        (f"mailtos://u:{TOKEN}@mail.example?to=a@b.example", "mailtos://mail.example/…"),
        (f"ntfy://{TOKEN}", "ntfy://…"),
        (STDOUT, STDOUT),
    ],
)
def test_no_secret_of_an_address_is_shown(address: str, seen: str) -> None:
    assert shown(address) == seen
    assert TOKEN not in shown(address)


def test_secrets_are_taken_out_of_a_text_whole_in_parts_and_unquoted() -> None:
    address = f"mailtos://user-name:p%40ss-{TOKEN}@mail.example/?to=a@b.example"
    for part in (address, f"p%40ss-{TOKEN}", f"p@ss-{TOKEN}", "user-name"):
        assert part not in scrub(f"connecting {part} failed", address)
    assert scrub("mail.example is not known", address) == "mail.example is not known"
    assert scrub(f"bad key {TOKEN}", TOKEN) == "bad key …"
    assert scrub("HTTP 500", "https://hook.example/", "") == "HTTP 500"


def test_an_address_has_one_normal_spelling() -> None:
    assert normal(" HTTPS://Hook.example ") == "https://hook.example/"
    assert normal("stdout") == STDOUT
    for wrong in ("tgram://a b/c", "ntfy://h/t\r\nX: y", "ntfy://" + "a" * 3_000):
        with pytest.raises(BadInput, match="cannot send alerts there"):
            normal(wrong)
