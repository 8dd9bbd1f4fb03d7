"""Makes the profile of a topic from whatever it is given: references, a query, names."""

from collections.abc import Sequence
from dataclasses import replace

from domain.article import Text
from domain.background import shipped_background
from domain.errors import BadInput
from domain.topics.learn import learn
from domain.topics.profile import Profile
from domain.topics.rules import Rules


def make_profile(
    name: str, references: Sequence[Text], rules: Rules, *, times: Sequence[int] = (), since: int | None = None
) -> Profile:
    """Give the profile of a topic with references, rules, or both; `times` and `since` as `learn` takes them.

    Raises BadInput for neither, and BadReference as `learn` does.
    """
    if references:
        return replace(learn(name, references, times=times, since=since), rules=rules)
    if not rules:
        raise BadInput("a topic needs a reference article, a query or names")
    return Profile(name, (), (), False, counts=shipped_background().version, since=since, rules=rules)


def looks_for(profile: Profile) -> list[str]:
    """Give what a topic looks for, in words: the query and names as typed, then the example's terms, heaviest first."""
    asked = profile.rules
    return [
        *([asked.query] if asked.query else []),
        *(name[0] for name in asked.names),
        *(t.surface for t in profile.terms),
    ]
