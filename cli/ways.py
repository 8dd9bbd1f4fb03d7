"""`marsad feeds chain`, `feeds access` and `feeds repair`: by which way an outlet is read, and how it is reached."""

from dataclasses import replace
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli.discover import proposal_json, samples_of
from cli.home import now, open_for_reading, open_home, read_settings, read_text_file
from cli.output import print_json, say, show, table
from domain.access import Access, merged, read_cookie, read_cookies, read_header, read_proxy
from domain.chain import Kind, read_order
from domain.errors import BadInput
from domain.fetching import FetchStatus
from domain.sections import samples
from storage import access as accesses
from storage import chain as chains
from storage import feeds
from storage.models import Feed
from worker.apart import propose_sections
from worker.batch import fetch_one
from worker.site import site_of

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Outlet = Annotated[str, typer.Argument(help="Name of the outlet, as in `feeds list`.")]


def chain(
    outlet: Outlet,
    order: Annotated[
        str, typer.Option(help="Ids of its ways, best first: 3+4,7,9; those left out stand beside the chain.")
    ] = "",
    json: Json = False,
) -> None:
    """Show by which ways an outlet can be read, which is in use, since when and why; or set their order."""
    if order:
        context = open_home()
        context.db.transact(lambda session: _reorder(session, outlet, order))
    _, db = open_for_reading()
    with db.read() as session:
        rows = chains.get(session, outlet)
    if json:
        print_json([way_json(row) for row in rows])
        return
    table(
        ("step", "id", "kind", "state", "since", "health", "last new", "next", "address", "why"),
        [
            (
                row.rank or "beside", row.id, row.kind, "in use" if row.in_use else "standby", row.used_since,
                row.health, row.last_new, row.due, row.url, _why(row),
            )
            for row in rows
        ],
    )  # fmt: skip


def _reorder(session: Session, outlet: str, order: str) -> None:
    ranks = read_order(order, {row.id or 0 for row in chains.get(session, outlet)})
    chains.reorder(session, outlet, ranks, now())


def _why(row: Feed) -> str:
    """Say why a way is in use that is not the first, or what is wrong with one."""
    return row.used_why or (f"{row.status} {row.detail}".strip() if row.failures or row.state != "active" else "")


def way_json(row: Feed) -> dict[str, Any]:
    """Give the JSON of a way."""
    return {
        "step": row.rank or None, "id": row.id, "kind": row.kind, "in_use": row.in_use, "since": row.used_since,
        "why": row.used_why, "health": row.health, "status": row.status, "error": row.detail, "url": row.url,
        "last_new": row.last_new, "last_polled": row.last_polled, "next_due": row.due, "selectors": row.selectors,
    }  # fmt: skip


def access(
    outlet: Outlet,
    proxy: Annotated[str | None, typer.Option(help="http://[user:password@]host:port; '' for none.")] = None,
    header: Annotated[list[str] | None, typer.Option(help="'Name: value', sent to the outlet alone.")] = None,
    cookie: Annotated[list[str] | None, typer.Option(help="name=value, sent to the outlet alone.")] = None,
    cookies: Annotated[
        str, typer.Option(help="File of cookies as browsers export it (cookies.txt), - for stdin.")
    ] = "",
    drop: Annotated[list[str] | None, typer.Option(help="Name of a header or cookie to forget.")] = None,
    site: Annotated[str, typer.Option(help="Domain that headers and cookies are for; else that of its feeds.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Forget all of it first.")] = False,
    json: Json = False,
) -> None:
    """Show or set how an outlet is reached: by a proxy, with headers, with a subscriber's cookies. Shows names only."""
    changes = proxy is not None or header or cookie or cookies or drop or site or clear
    given = _given(proxy, header or [], cookie or [])

    def use_case(session: Session) -> Access:
        rows = chains.get(session, outlet)
        before = Access() if clear else accesses.load(session, [outlet]).get(outlet, Access())
        own = site_of(f"https://{site}/") if site else before.site or _site(rows)
        jar = read_cookies(read_text_file(cookies).decode("utf-8", "replace"), own) if cookies else ()
        after = _put(replace(before, site=own), given, jar, drop or [])
        if changes:
            accesses.keep(session, outlet, after)
        return after

    found = open_home().db.transact(use_case).shown()
    if json:
        print_json({"outlet": outlet} | found)
        return
    login = " (with a login)" if found["proxy_login"] else ""
    show(f"{outlet}: {found['site']}")
    show(f"proxy    {found['proxy'] or 'none'}{login}")
    show(f"headers  {', '.join(found['headers']) or 'none'}")
    show(f"cookies  {', '.join(found['cookies']) or 'none'}")


def _given(proxy: str | None, headers: list[str], cookies: list[str]) -> Access:
    """Read what was given. Raises BadInput, without the secrets."""
    address, login = read_proxy(proxy) if proxy else (proxy or "", None)
    return Access(
        "" if proxy is None else "proxy", address, login, tuple(map(read_header, headers)),
        tuple(map(read_cookie, cookies)),
    )  # fmt: skip


def _put(before: Access, given: Access, jar: tuple[tuple[str, str], ...], drop: list[str]) -> Access:
    """Put what was given over what was there."""
    names = {name.lower() for name in drop}
    known = {name.lower() for name, _ in (*before.headers, *before.cookies)}
    if names - known:
        raise BadInput(f"no header or cookie called {', '.join(sorted(names - known))}: see `marsad feeds access`")
    headers = merged([pair for pair in before.headers if pair[0].lower() not in names], given.headers)
    cookies = merged([pair for pair in before.cookies if pair[0].lower() not in names], (*jar, *given.cookies))
    after = replace(before, headers=headers, cookies=cookies)
    return replace(after, proxy=given.proxy, proxy_login=given.proxy_login) if given.site else after


def _site(rows: list[Feed]) -> str:
    """Give the registrable domain of an outlet: that of its site, else of its own ways. Raises BadInput."""
    own = [row for row in rows if row.kind not in (Kind.SEARCH, Kind.TELEGRAM)]
    found = [site_of(row.site_url or row.url) for row in own] or [site_of(r.site_url) for r in rows if r.site_url]
    if not found:
        raise BadInput("the domain of this outlet is not known: give --site")
    return max(found, key=found.count)


def repair(
    id: Annotated[int, typer.Argument(min=1, help="Id of the section page, as in `feeds list`.")],
    apply: Annotated[bool, typer.Option("--apply", help="Use the first proposal from now on.")] = False,
    json: Json = False,
) -> None:
    """Propose selectors for a section page that has changed; with --apply they are used. Exit code 1 for none."""
    context = open_home()
    with context.db.read() as session:
        feed = feeds.get(session, str(id))
        way = accesses.load(session, [feed.outlet]).get(feed.outlet)
    if feed.kind != Kind.SECTION:
        raise BadInput(f"{feed.kind} {id} is not read with selectors")
    fetched = fetch_one(read_settings(), feed.url, access=way)
    came = fetched.status in (FetchStatus.OK, FetchStatus.TRUNCATED)
    found = propose_sections(fetched.body, fetched.content_type, fetched.url, now()) if came else []
    if apply and found:
        facts = {"selectors": found[0].selectors.to_json(), "body_sha256": "", "due": now()}
        context.db.transact(lambda session: feeds.edit(session, feeds.get(session, str(id)), **facts))
    if json:
        print_json({
            "id": id, "url": feed.url, "status": fetched.status, "detail": fetched.detail, "selectors": feed.selectors,
            "proposals": [proposal_json(one) for one in found], "applied": bool(apply and found),
        })  # fmt: skip
    else:
        for one in found:
            show(samples_of(one.selectors, samples(one), len(one.items)))
        if apply and found:
            show(f"section {id} is read with the first of them from now on")
    if not found:
        say(f"no list of articles found at {feed.url} ({fetched.status} {fetched.detail})".replace(" )", ")"))
        raise typer.Exit(1)
