from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.fetching import (
    FORBIDDEN,
    FetchStatus,
    address_allowed,
    check_url,
    looks_like_challenge,
    parse_retry_after,
)

NOW = datetime(2026, 9, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_may_be_dialled(ip):
    assert address_allowed(ip, 443)


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("192.88.99.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "192.0.2.1", "203.0.113.9"),
        *("::1", "::", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:100.64.0.1", "64:ff9b::7f00:1", "fe80::1"),
        *("fec0::1", "fc00::1", "ff02::1", "3fff::1", "5f00::1", "2001:db8::1", "2002:7f00:1::", "2001::1"),
        *("fe80::1%eth0", "2606:2800:220:1::1%1", "127.1", "0x7f.0.0.1", "2130706433", "outlet.example", ""),
    ],
)
def test_forbidden_addresses_may_not(ip):
    assert not address_allowed(ip, 80)


def _addresses(network):
    kind = IPv4Address if network.version == 4 else IPv6Address
    low, high = int(network.network_address), int(network.broadcast_address)
    return st.integers(low, high).map(kind)


@settings(deadline=None)
@given(st.sampled_from(FORBIDDEN).flatmap(_addresses))
def test_no_address_of_a_forbidden_range_may_in_any_clothes(address):
    assert not address_allowed(str(address), 443)
    if address.version == 4:
        assert not address_allowed(f"::ffff:{address}", 443)
        assert not address_allowed(str(IPv6Address(int(IPv6Address("64:ff9b::")) + int(address))), 443)


@pytest.mark.parametrize(
    ("port", "allowed"), [(80, True), (443, True), (8080, True), (8443, True), (22, False), (6379, False)]
)
def test_only_web_ports(port, allowed):
    assert address_allowed("8.8.8.8", port) is allowed


def test_allowed_networks_open_their_own_addresses_on_any_port():
    networks = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert address_allowed("127.0.0.1", 8800, networks)
    assert address_allowed("::ffff:127.0.0.1", 8800, networks)
    assert address_allowed("::1", 22, networks)
    assert not address_allowed("10.0.0.1", 80, networks)
    assert not address_allowed("8.8.8.8", 22, networks)


@pytest.mark.parametrize(
    ("given_url", "normal"),
    [
        ("HTTP://Outlet.Example", "http://outlet.example/"),
        ("http://outlet.example:80/rss?x=1#top", "http://outlet.example/rss?x=1"),
        ("https://outlet.example:8443/", "https://outlet.example:8443/"),
        (
            "https://outlet.example/أخبار عاجلة",
            "https://outlet.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84%D8%A9",
        ),
        ("https://outlet.example/%d8%a3", "https://outlet.example/%d8%a3"),
        ("http://أخبار.example/", "http://xn--igbicxr.example/"),
        (" http://8.8.8.8/\n", "http://8.8.8.8/"),
        ("http://[2606:2800::1]/", "http://[2606:2800::1]/"),
    ],
)
def test_urls_have_one_form(given_url, normal):
    assert check_url(given_url) == normal
    assert check_url(normal) == normal


@pytest.mark.parametrize(
    "url",
    [
        *("", "outlet.example", "http:x", "http:///x", "ftp://a.example/", "file:///etc/passwd", "javascript:alert(1)"),
        *("http://user:pw@a.example/", "http://pub.example@127.0.0.1/", "http://a.example\\@b.example/"),
        *(
            "http://a.example/\tx",
            "http://a.ex\nample/",
            "http://a.example:99999/",
            "http://a..example/",
            "http://[::1",
        ),
        *("http://127.1/", "http://0x7f.0.0.1/", "http://2130706433/", "http://0177.0.0.1/", "http://1.2.3.4.5/"),
        *("http://[fe80::1%25eth0]/", "http://a.example/" + "x" * 5000),
    ],
)
def test_urls_that_parsers_read_differently_are_refused(url):
    with pytest.raises(BadInput):
        check_url(url)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_url_or_bad_input(text):
    for url in (text, f"http://{text}", f"http://a.example/{text}"):
        try:
            normal = check_url(url)
        except BadInput:
            continue
        assert normal.isascii()
        assert normal.startswith(("http://", "https://"))
        assert check_url(normal) == normal


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1000000000", 86_400),
        ("Thu, 24 Sep 2026 10:02:00 GMT", 120),
        ("Thu, 24 Sep 2020 10:00:00 GMT", 0),
        ("Thu, 24 Sep 2099 10:00:00 GMT", 86_400),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_in_both_forms(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


def test_a_challenge_is_told_from_an_article_about_challenges():
    page = "<html><title>لحظة</title><body>نرجو التحقق من أنك إنسان</body></html>"
    article = "<html>" + "<p>كيف تعمل اختبارات التحقق من أنك إنسان على المواقع الحديثة؟</p>" * 60
    assert looks_like_challenge(page.encode())
    assert looks_like_challenge(b"<html><head><title>Just a moment...</title></head></html>")
    assert not looks_like_challenge(article.encode())
    assert not looks_like_challenge("<html><body>افتتاح معرض الكتاب</body></html>".encode())


def test_every_status_is_explained():
    assert all(f"{status.value} " in (FetchStatus.__doc__ or "") for status in FetchStatus)
