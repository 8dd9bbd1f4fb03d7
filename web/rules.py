"""The query and names of a topic on the pages: read from forms, shown, and changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from domain.article import visible
from domain.errors import AlreadyExists, BadInput, BadQuery
from domain.topics import Profile, Rules, kind_in, make_rules
from domain.topics.rules import rules_of
from storage import learning, topics, versions
from web import words
from web.desk import Desk, Id, TheDesk
from web.teach import Form, refused

router = APIRouter()


@dataclass(frozen=True, slots=True)
class TypedRules:
    """The part of a form that asks for query and names, as it was filled in; `names` has one a line."""

    query: str = ""
    names: str = ""
    least: str = ""
    any: str = ""

    @property
    def given(self) -> bool:
        """Say whether there is a query or a name."""
        return bool(self.query.strip() or self.names.strip())

    def read(self) -> Rules:
        """Give the rules. Raises BadInput."""
        least = int(self.least) if self.least.isascii() and self.least.isdigit() and len(self.least) < 4 else 1
        return make_rules(self.query, self.names.splitlines(), least=least, any=self.any == "1")

    def fault(self) -> str:
        """Give the line that says what is wrong; empty when nothing is."""
        try:
            self.read()
        except BadQuery as bad:
            return words.query_fault(bad.fault, bad.place)
        except BadInput:
            return words.BAD_NAMES
        return ""


def typed_rules(form: Mapping[str, str]) -> TypedRules:
    """Read the fields of a form."""
    query, names = visible(form.get("query", "")), form.get("names", "")
    return TypedRules(query, names, form.get("least", "").strip(), form.get("any", ""))


def written(rules: Rules) -> TypedRules:
    """Give rules as a form shows them."""
    names = "\n".join(" = ".join(name) for name in rules.names)
    return TypedRules(rules.query, names, str(rules.least) if rules.least > 1 else "", "1" if rules.any else "")


def shown(data: dict[str, Any]) -> dict[str, Any]:
    """Give what a page of a topic says of its kind and rules."""
    return {"kind": kind_in(data), "rules": rules_of(data)}


@router.get("/topics/{id}/edit")
def ask(request: Request, desk: TheDesk, id: Id) -> Response:
    """Show the form that changes name, query and names."""
    with desk.db.read() as session:
        topic, state = topics.by_id(session, id), versions.in_force(session, id)
    return _page(request, desk, topic, topic.name, written(Profile.from_json(state.base).rules))


def _page(
    request: Request, desk: Desk, topic: Any, name: str, typed: TypedRules, error: str = "", status: int = 200
) -> Response:
    values = {"name": name, "typed": typed, "error": error, "kind": shown(topic.profile)["kind"]}
    return desk.page(request, "edit.html", status, topic=topic, **values)


@router.post("/topics/{id}/edit")
def change(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Put another name, query or names in force, and show the topic."""
    if answer := refused(request, desk, form):
        return answer
    with desk.db.read() as session:
        topic = topics.by_id(session, id)
    name, typed = " ".join(visible(form.get("name", "")).split()), typed_rules(form)
    fault = words.NEED_NAME if not name else words.LONG_NAME if len(name) > words.MOST_NAME else typed.fault()
    if fault:
        return _page(request, desk, topic, name, typed, fault, 422)
    try:
        desk.db.transact(lambda s: learning.edit(s, id, name, typed.read(), desk.clock()))
    except AlreadyExists:
        return _page(request, desk, topic, name, typed, words.NAME_TAKEN, 409)
    except BadInput:
        return _page(request, desk, topic, name, typed, words.NOTHING_TO_CHANGE, 422)
    return RedirectResponse(f"/topics/{id}", 303)
