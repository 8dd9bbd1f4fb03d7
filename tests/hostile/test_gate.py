"""Addresses, names, redirects and certificates: nothing forbidden is ever dialled (F67, F69, H01 to H35)."""

import ast
import asyncio
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from hostile import Harness
from hypothesis import given, settings
from hypothesis import strategies as st
from press import STORY, Press, news
from rawserver import RawServer, drip, open_raw, reply
from stored import NOON

from domain.errors import BadInput
from domain.fetching import address_allowed, check_url
from domain.robots import MOST_BYTES
from settings import Settings
from storage.models import Article, Attempt, Robots
from worker import fetch, robots
from worker.deliver.send import check
from worker.fetch import Gate
from worker.names import Names

ROOT = Path(__file__).parent.parent.parent
FEED = "<rss version='2.0'><channel><title>صحيفة</title><item><title>خبر</title></item></channel></rss>".encode()


def moved(target, status="302 Found"):
    return reply(b"", f"Location: {target}", status=status)


def test_h01_a_redirect_loop(harness: Harness, raw: RawServer):
    raw.routes |= {"/": moved("/b"), "/b": moved("/")}
    assert harness.ask(raw.url())[0].status == "redirect_loop"
    assert len(raw.heads) == 6, "five redirects"


@pytest.mark.parametrize(
    "target",
    [
        *("file:///etc/passwd", "gopher://127.0.0.2:70/", "ftp://127.0.0.2/", "data:text/xml,<rss/>", "javascript:1"),
        *("FILE:///etc/passwd", "jar:http://a.example!/", "unix:/run/x.sock", "dict://127.0.0.2:11211/", "//", "http:"),
    ],
)
def test_h02_redirects_to_what_is_no_web_address(harness: Harness, raw: RawServer, target):
    raw.routes["/"] = moved(target)
    assert harness.ask(raw.url())[0].status in ("refused", "redirect_loop")


INWARD = ["http://169.254.169.254/latest/", "http://10.0.0.1/", "http://127.0.0.2:{port}/"]


@pytest.mark.parametrize("target", [*INWARD, "//127.0.0.2:{port}/", "http://[::1]:{six}/", "http://127.2:{port}/"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_h03_redirects_inward(raw: RawServer, canaries, target, status):
    raw.routes["/"] = moved(target.format(port=canaries[0].port, six=canaries[1].port), status)
    assert get(raw.url()).status == "refused"
    assert [canary.connections for canary in canaries] == [0, 0]


def get(url, **values):
    """Ask the gate for one address."""

    async def go():
        async with Gate(gate_settings(**values)) as gate:
            return await gate.get(url)

    return asyncio.run(go())


def gate_settings(**values):
    return Settings(**{"home": Path("/nonexistent"), "allow_networks": "127.0.0.1/32", "fetch_timeout": 5.0} | values)


def test_h04_a_name_that_rebinds_is_dialled_where_it_was_checked(harness: Harness, raw: RawServer, monkeypatch):
    asked, real = [], socket.getaddrinfo

    def rebind(host, *args, **named):
        if host != "outlet.example":
            return real(host, *args, **named)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    raw.routes |= {"/": moved("/b"), "/b": reply(FEED)}
    assert harness.ask(f"http://outlet.example:{raw.port}/")[0].status == "ok"
    assert asked == ["outlet.example"]


def test_h04_a_name_of_both_kinds_is_dialled_at_the_allowed_one(harness: Harness, raw: RawServer, monkeypatch):
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: (
            [row for ip in ("127.0.0.2", "::1", "127.0.0.1") for row in real(ip, *a, **k)]
            if host == "outlet.example"
            else real(host, *a, **k)
        ),
    )
    raw.routes["/"] = reply(FEED)
    assert harness.ask(f"http://outlet.example:{raw.port}/")[0].status == "ok"


NUMBERS = ["2130706434", "0x7f.0.0.2", "0x7f000002", "0177.0.0.2", "127.2", "127.0.2", "017700000002", "0"]
DISGUISED = ["127。0。0。2", "1２7.0.0.2", "①②⑦.0.0.2", "127.0.0.2.", "127.0.0.2%00", "127.0.0.2%2f"]


@pytest.mark.parametrize("host", [*NUMBERS, *DISGUISED])
def test_h06_numbers_that_are_addresses(canaries, raw: RawServer, host):
    target = f"http://{host}:{canaries[0].port}/"
    raw.routes["/"] = moved(target.encode().decode("latin-1"))
    for url in (target, raw.url()):
        assert get(url).status in ("refused", "dns_error")
    assert [canary.connections for canary in canaries] == [0, 0]


@pytest.mark.parametrize(
    "host",
    [
        *("[::1]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[::ffff:100.64.0.1]", "[::127.0.0.2]", "[::]"),
        *(
            "[fe80::1%25lo]",
            "[::1%lo]",
            "[64:ff9b::7f00:2]",
            "[64:ff9b:1::1]",
            "[2002:7f00:2::]",
            "[::ffff:0:127.0.0.2]",
        ),
        *("[fd00:ec2::254]", "[2001:0:7f00:2::]", "[v1.fe80::a+en1]", "[0:0:0:0:0:0:0:1]", "[::ffff:0x7f.2]"),
    ],
)
def test_h08_addresses_in_six_clothes(canaries, host):
    for canary in canaries:
        assert get(f"http://{host}:{canary.port}/").status == "refused"
        assert get(f"http://{host}/").status == "refused"
    assert [canary.connections for canary in canaries] == [0, 0]


RANGES = [
    *("100.64.0.1", "100.127.255.255", "192.88.99.1", "198.18.0.1", "198.19.255.255", "240.0.0.1", "255.255.255.255"),
    *("224.0.0.1", "239.255.255.255", "fec0::1", "3fff::1", "5f00::1", "ff02::1", "fc00::1", "fe80::1", "2001:db8::1"),
    *("0.0.0.0", "0.1.2.3", "10.255.255.255", "172.31.255.255", "192.168.0.1", "192.0.0.192", "203.0.113.9"),
    *("168.63.129.16", "169.254.169.254", "100.100.100.200", "2002::1", "100::1", "64:ff9b::a00:1", "::ffff:10.0.0.1"),
]


@pytest.mark.parametrize("ip", RANGES)
def test_h10_ranges_in_which_no_outlet_lives(ip, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", None)
    assert not address_allowed(ip, 80)
    assert get(f"http://[{ip}]/" if ":" in ip else f"http://{ip}/").status == "refused"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://pub.example@127.0.0.2:{port}/",
            "http:///127.0.0.2:{port}/",
            "http:127.0.0.2:{port}",
            "http:/127.0.0.2",
        ),
        *("http://127.0.0.1\\@127.0.0.2:{port}/", "http://127.0.0.2:{port}\t/", "http://127.0.0.1#@127.0.0.2:{port}/"),
        *(
            "http://127.0.0.1\r\nHost: x:{port}/",
            "http://127.0.0.2:{port}\x00.example/",
            "http://a b:{port}/",
            "http://?x",
        ),
        *("http://[::1:{port}/", "http://]:{port}/", "http://127.0.0.2:{port}{port}/", "http://127.0.0.2:-1/"),
        *("http://127.0.0.1:{port}:80/", "http://u:p@localhost:{port}/", "http://localhost.:{port}/", "http://%31/"),
        *("http://exa\u00admple.:{port}/", "http://localhost%00:{port}/", "http://.:{port}/", "http://..:{port}/"),
    ],
)
def test_h12_addresses_that_parsers_read_differently(canaries, url):
    for canary in canaries:
        assert get(url.format(port=canary.port)).status in ("refused", "dns_error", "connection_error")
    assert [canary.connections for canary in canaries] == [0, 0]


@pytest.mark.parametrize("port", [0, 22, 25, 53, 3306, 5432, 6379, 9200, 11211, 65535])
def test_h13_ports_of_other_services(harness: Harness, port, monkeypatch):
    assert not address_allowed("93.184.216.34", port)
    assert get(f"http://93.184.216.34:{port}/", allow_networks="").status == "refused"
    assert all(address_allowed("93.184.216.34", port) for port in (80, 443, 8080, 8443))


def test_h14_proxies_of_the_environment_are_ignored(harness: Harness, raw: RawServer, canaries, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, canaries[0].url())
    monkeypatch.setenv("NO_PROXY", "")
    raw.routes["/"] = reply(FEED)
    assert harness.ask(raw.url())[0].status == "ok"


# Whoever can open a connection. What stands beside a module is where it may be, and for what.
CLIENTS = {
    "aiohttp": {"worker/fetch.py", "worker/receive.py"},
    "aiosmtplib": {"worker/deliver/mail.py"},  # on a socket that `worker/names.py` has dialled
    "apprise": {"worker/deliver/apprised.py"},  # which hands its requests to the gate
    "requests": {"worker/deliver/apprised.py"},
    "socket": {
        "worker/fetch.py",
        "worker/names.py",
        "worker/child.py",
        "cli/processes.py",
        "cli/demo.py",
        "web/serve.py",
    },
    "psycopg": set(),
    "redis": {"cli/broker.py"},
}
OTHERS = {
    *(
        "httpx",
        "urllib3",
        "pycurl",
        "ftplib",
        "smtplib",
        "telnetlib",
        "imaplib",
        "poplib",
        "nntplib",
        "xmlrpc",
    ),
    *("websockets", "grpc"),
}
CALLS = {"urlopen", "HTTPConnection", "HTTPSConnection", "fetch_url", "fetch_response", "open_connection",
         "create_connection", "urlretrieve", "build_opener"}  # fmt: skip


def clients(path, tree):
    """Give what in a file may open a connection of its own."""
    found = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
        for module in modules:
            top = module.partition(".")[0]
            if top in OTHERS or (top in CLIENTS and path not in CLIENTS[top]):
                found.append(f"{path}:{node.lineno} imports {module}")
            if (
                module in ("urllib.request", "http.client") and path != "web/guard.py"
            ):  # which takes names of errors there
                found.append(f"{path}:{node.lineno} imports {module}")
        called = {getattr(node, "attr", ""), getattr(node, "id", ""), *names} & CALLS
        if isinstance(node, ast.Attribute | ast.Name | ast.ImportFrom) and called:
            found.append(f"{path}:{node.lineno} uses {called}")
    return found


def test_h15_there_is_one_gate():
    files = [
        path
        for name in ("domain", "storage", "worker", "scheduler", "web", "cli")
        for path in (ROOT / name).rglob("*.py")
    ]
    assert len(files) > 100
    found = [
        wrong for path in files for wrong in clients(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        *(
            "import httpx",
            "from urllib.request import urlopen",
            "import http.client",
            "import aiohttp",
            "import socket",
        ),
        *("trafilatura.fetch_url(a)", "asyncio.open_connection(a, 1)", "def f():\n    import requests.sessions"),
    ],
)
def test_h15_another_client_is_seen(line):
    assert clients("worker/pages.py", ast.parse(line))


def test_h15_a_webhook_goes_through_the_gate(harness: Harness, press: Press, canaries):
    service = harness.service
    topic = service.topic()
    for url in (
        canaries[0].url("/hook"),
        f"http://2130706434:{canaries[0].port}/",
        f"http://localhost:{canaries[1].port}/",
    ):
        service.tell(topic, url)
    press.write_feed("/a.xml", [("s1", "غرق سفينة يغلق مرفأ الصيادين في النورس", STORY)])
    service.feed("/a.xml", primed=True)
    with harness.bars():
        service.poll()
        service.deliver()
    assert len(service.all(Attempt)) == 3
    with pytest.raises(BadInput):
        check(service.settings, "http://2130706433/")


def test_h23_a_redirect_from_https_to_http_is_flagged(tls, monkeypatch):
    server = tls("localhost")
    with open_raw() as plain:
        plain.routes["/"] = reply(FEED)
        server.routes["/"] = moved(plain.url())
        got = get_tls(server, tls)
    assert (got.status, got.flags) == ("ok", ("downgrade",))


@pytest.fixture
def tls(tmp_path):
    """Give a maker of servers with certificates of an authority that is trusted, unless told otherwise."""
    authority, opened = trustme.CA(), []

    def make(name, *, trusted=True, ended=False, version=None):
        signer = authority if trusted else trustme.CA()
        until = datetime.now(UTC) - timedelta(days=1) if ended else None
        certificate = signer.issue_cert(name, not_after=until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if version:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version, context.maximum_version = version, version
        certificate.configure_cert(context)
        manager = open_raw(tls=context)
        opened.append(manager)
        server = manager.__enter__()
        server.routes["/"] = reply(FEED)
        return server

    make.authority = authority
    yield make
    for manager in opened:
        manager.__exit__(None, None, None)


def get_tls(server, tls):
    """Ask a server by the name localhost, trusting the authority of the test."""

    async def go():
        async with Gate(gate_settings()) as gate:
            context = ssl.create_default_context()
            tls.authority.configure_trust(context)
            gate._session.connector._ssl = context
            return await gate.get(f"https://localhost:{server.port}/")

    return asyncio.run(go())


def test_h30_a_good_certificate_is_good(tls):
    assert get_tls(tls("localhost"), tls).status == "ok"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("localhost", {"ended": True}),
        ("other.example", {}),
        ("*.localhost", {}),
        ("localhost", {"trusted": False}),
        ("localhost", {"version": ssl.TLSVersion.TLSv1}),
        ("localhost", {"version": ssl.TLSVersion.TLSv1_1}),
    ],
    ids=["expired", "wrong host", "wrong wildcard", "unknown authority", "TLS 1.0", "TLS 1.1"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_h30_certificates_that_are_not_good(tls, name, how):
    got = get_tls(tls(name, **how), tls)
    assert (got.status, bool(got.detail)) == ("tls_error", True)


def test_h30_no_tls_at_all_and_a_handshake_that_never_ends(hasty: Harness, raw: RawServer):
    raw.routes["/"] = reply(FEED)
    assert hasty.ask(raw.url().replace("http:", "https:"))[0].status in ("tls_error", "timeout", "connection_error")


def test_h30_verification_is_never_switched_off():
    text = "\n".join(path.read_text() for name in ("worker", "cli", "web") for path in (ROOT / name).rglob("*.py"))
    assert not [
        word
        for word in ("CERT_NONE", "check_hostname", "verify=False", "ssl=False", "_create_unverified")
        if word in text
    ]


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(-2, "Name or service not known"),
        socket.gaierror(-3, "Temporary failure"),
        UnicodeError("label"),
        OSError("x"),
    ],
)
def test_h32_names_that_do_not_resolve(harness: Harness, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert harness.ask("http://outlet.example/")[0].status == "dns_error"


def test_h32_a_resolver_that_hangs_ends_at_the_deadline_and_holds_up_nobody(hasty: Harness, monkeypatch):
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(30) and [])
    began = time.monotonic()
    assert hasty.ask("http://outlet.example/")[0].status == "dns_error"
    assert time.monotonic() - began < 10
    done.set()


def test_h32_a_name_with_500_records(monkeypatch):
    rows = [(socket.AF_INET, 1, 6, "", (f"93.184.{n // 250}.{n % 250}", 80)) for n in range(500)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)

    async def go():
        names = Names(())
        return await names.resolve("outlet.example", 80, 5.0)

    assert len(asyncio.run(go())) == 8


@pytest.fixture
def strict(hasty: Harness, monkeypatch):
    """Give the harness, to which loopback is a host like any other where robots.txt is concerned."""
    monkeypatch.setattr(robots, "is_allowed", lambda host, networks: False)
    return hasty


def page_of(raw, body=None):
    raw.routes["/1.html"] = reply(
        body or f"<html><body><article><h1>خبر</h1><p>{STORY}</p></article></body></html>".encode(),
        "Content-Type: text/html",
    )
    return raw.url("/1.html")


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Too Many"])
def test_h33_a_robots_txt_that_fails_forbids(strict: Harness, raw: RawServer, status):
    raw.routes["/robots.txt"] = reply(b"", status=status)
    assert strict.page_at(page_of(raw)).basis != "full"
    assert raw.asked("/1.html") == 0


def test_h33_a_robots_txt_of_a_gigabyte(strict: Harness, raw: RawServer):
    raw.routes["/robots.txt"] = reply(b"User-agent: *\nAllow: /\n", length=1_000_000_000)
    assert strict.page_at(page_of(raw)).basis != "full"
    assert raw.asked("/1.html") == 0


def test_h33_an_endless_robots_txt(strict: Harness, raw: RawServer):
    raw.routes["/robots.txt"] = drip(b"HTTP/1.1 200 OK\r\n\r\n", b"#" * 65_536, 0)
    assert strict.page_at(page_of(raw)).basis != "full"
    assert raw.asked("/1.html") == 0


def test_h33_of_a_long_robots_txt_the_first_half_megabyte_counts(strict: Harness, raw: RawServer):
    rules = b"User-agent: *\nDisallow: /private/\n" + b"# filling\n" * 100_000 + b"Disallow: /\n"
    raw.routes["/robots.txt"] = reply(rules)
    assert strict.page_at(page_of(raw)).basis == "full"
    assert len(strict.service.all(Robots)[-1].text) <= MOST_BYTES


def test_h33_a_slow_robots_txt_ends_at_the_deadline(strict: Harness, raw: RawServer):
    raw.routes["/robots.txt"] = drip(b"HTTP/1.1 200 OK\r\n\r\n", b"#")
    assert strict.page_at(page_of(raw)).basis != "full"
    assert raw.asked("/1.html") == 0


def test_h33_a_robots_txt_that_redirects_inward(strict: Harness, raw: RawServer, canaries):
    raw.routes["/robots.txt"] = moved(canaries[0].url())
    strict.page_at(page_of(raw))
    assert [canary.connections for canary in canaries] == [0, 0]


@pytest.mark.parametrize("rule", ["*a" * 300 + "b", "$" * 5_000, "%" * 5_000, "\x00\ud7ff", "(a+)+$", "[" * 500])
def test_h33_rules_that_are_hard_to_read(strict: Harness, raw: RawServer, rule):
    raw.routes["/robots.txt"] = reply(f"User-agent: *\nDisallow: /x{rule}\n".encode() * 50)
    raw.routes["/" + "a" * 1_800] = page = None
    assert strict.page_at(page or page_of(raw)).basis == "full"


def test_h34_what_is_for_one_host_is_not_told_to_another(raw: RawServer):
    raw.routes |= {"/": moved("/b"), "/b": reply(b"")}
    with open_raw() as third:
        raw.routes["/b"] = moved(third.url())
        third.routes["/"] = reply(FEED)

        async def go():
            async with Gate(gate_settings()) as gate:
                trip = fetch.Trip(
                    raw.url(), 5_000, 5.0, {"Cookie": "a=b", "Authorization": "Basic x", "If-None-Match": "1"}
                )
                while (done := await gate._hop(trip)) is None:
                    pass
                return done

        assert asyncio.run(go()).status == "ok"
        assert "Cookie: a=b" in raw.heads[0]
        assert "Authorization" in raw.heads[1]
        assert not [word for word in ("Cookie", "Authorization", "Referer", "Proxy") if word in third.heads[0]]


def test_h34_cookies_of_a_server_are_never_sent_back(raw: RawServer):
    raw.routes |= {"/": reply(b"", "Location: /b", "Set-Cookie: a=b", status="302 Found"), "/b": reply(FEED)}
    assert get(raw.url()).status == "ok"
    assert not [head for head in raw.heads if "Cookie" in head]


def test_h35_a_host_that_hangs_takes_its_own_slots_only(raw: RawServer, monkeypatch):
    monkeypatch.setattr(Gate, "_exempt", lambda *_: False)
    raw.routes["/"] = drip(b"", b"", 0.5)
    with open_raw() as good:
        good.routes["/"] = reply(FEED)

        async def go():
            async with Gate(gate_settings(fetch_timeout=8.0, host_delay=0, fetch_connections=4)) as gate:
                hung = [asyncio.ensure_future(gate.get(raw.url())) for _ in range(1_000)]
                await asyncio.sleep(0.2)
                began = time.monotonic()
                got = [await gate.get(good.url()) for _ in range(5)]
                took = time.monotonic() - began
                return got, took, await asyncio.gather(*hung)

        got, took, hung = asyncio.run(go())
    assert {each.status for each in got} == {"ok"}
    assert took < 6, "long before the hung ones end"
    assert raw.connections <= 4, "two at once, and two after them"
    assert len([each for each in hung if each.deferred]) > 900
    assert {each.status for each in hung if not each.deferred} == {"timeout"}


FORMS = [
    "{0}.{1}.{2}.{3}",
    "{n}",
    "0x{n:x}",
    "0{n:o}",
    "{0}.{r}",
    "0x{0:x}.0{1:o}.{2}.{3}",
    "[::ffff:{0}.{1}.{2}.{3}]",
    "[::{0}.{1}.{2}.{3}]",
]
MORE_FORMS = [
    "[64:ff9b::{0}.{1}.{2}.{3}]",
    "[2002:{n:x}::]",
    "{0}.{1}.{2}.{3}.",
    "{0}。{1}。{2}。{3}",
    "user@{0}.{1}.{2}.{3}",
]
NETWORKS = [
    (10 << 24, 24),
    (127 << 24, 24),
    (169 << 24 | 254 << 16, 16),
    (172 << 24 | 16 << 16, 20),
    (192 << 24 | 168 << 16, 16),
    (0, 24),
]
LETTERS = [str.maketrans("0123456789", "0123456789"), str.maketrans("0123456789", "０１２３４５６７８９")]


@given(
    st.sampled_from(FORMS + MORE_FORMS), st.sampled_from(NETWORKS), st.integers(0, 2**24 - 1), st.sampled_from(LETTERS)
)
@settings(max_examples=300, deadline=None)
def test_h06_no_spelling_of_a_forbidden_address_is_dialled(form, network, rest, letters):
    number = network[0] | rest % (1 << network[1])
    parts = [number >> shift & 255 for shift in (24, 16, 8, 0)]
    host = form.format(*parts, n=number, r=number & 0xFFFFFF)
    host = host if "[" in host or "x" in host else host.translate(letters)
    try:
        url = check_url(f"http://{host}/")
    except BadInput:
        return
    found = url.removeprefix("http://").rstrip("/").strip("[]")
    assert not address_allowed(found, 80), "a host that is written as a number is that number, or refused"


def test_f67_f69_links_of_entries_are_text_and_never_fetched_from_within(harness: Harness, canaries):
    inward = [
        canaries[0].url("/x"),
        "http://169.254.169.254/",
        f"//127.0.0.2:{canaries[0].port}/",
        "http://u:p@o.example/",
    ]
    items = "".join(
        f"<item><guid>{n}</guid><title>خبر {n}</title><link>{link}</link><description>{news(n)[2][:60]}</description>"
        f"<enclosure url='{link}' type='image/svg+xml' length='1'/><media:thumbnail url='{link}'/></item>"
        for n, link in enumerate(inward)
    )
    head = f"<image><url>{inward[0]}</url></image><icon>{inward[0]}</icon><atom:link rel='self' href='{inward[0]}'/>"
    body = f"<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel>{head}{items}</channel></rss>"
    poll, came = harness.feed(body.encode())
    assert (poll.status, len(came)) == ("ok", 4)
    assert not [a.url for a in came if "@" in a.url]
    with harness.bars():
        harness.service.fetch_pages()
    assert harness.service.clock() == NOON
    assert {a.text_status for a in harness.service.all(Article) if "127.0.0.2" in a.url} == {"refused"}
