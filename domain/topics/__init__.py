"""Topics by example: what a topic learns from reference articles and a name, and whether an article is on it.

The similarity of an article is the cosine of tf-idf vectors, (1 + ln tf) idf, the title counted twice (Salton and
Buckley, "Term-weighting approaches in automatic text retrieval", 1988), over the heaviest terms of the references.
It means something else for each topic, so it is read against the topic's level: the mean of the best thousandth of
the stored articles, the articles that are merely related.

A topic is a conjunction: its facets are the words of its name, and an article must meet each of them, more so in its
title and lead. Coverage is the geometric mean of x / (x + h) over the facets, x the word's count weighed by place and h
growing with the article's length.

    strength = (similarity / level) ** (1 - e) * coverage ** e        score = strength / (strength + line)

so a score of 0.5 is the line. `bench/topics.py` measures it on judged topics.

A topic may have rules too, a query and names: then all of these must be met, or one is enough (`criteria`).

`learn` makes a profile, `analyse` prepares an article once for all topics, `decide` decides, `reason` says why,
`calibrate` measures a topic's level on stored articles, `choose` says which of them it grows by and `drift` how far
that took it, `refine` learns from those and from verdicts and `ask_next` says which would teach most, `TopicIndex` and
`RuleIndex` ask many topics at once.
"""

from domain.topics.criteria import decide, kind_in, kind_of
from domain.topics.decide import (
    Analysis,
    Decision,
    Measure,
    analyse,
    calibrate,
    judge,
    least_similarity,
    measure,
)
from domain.topics.feedback import Judged, ask_next, refine
from domain.topics.grow import choose, drift
from domain.topics.index import TopicIndex
from domain.topics.learn import learn
from domain.topics.make import looks_for, make_profile
from domain.topics.profile import METHOD, Profile, Term
from domain.topics.reason import reason
from domain.topics.rule_index import RuleIndex
from domain.topics.rules import Rules, make_rules

__all__ = [
    "METHOD",
    "Analysis",
    "Decision",
    "Judged",
    "Measure",
    "Profile",
    "RuleIndex",
    "Rules",
    "Term",
    "TopicIndex",
    "analyse",
    "ask_next",
    "calibrate",
    "choose",
    "decide",
    "drift",
    "judge",
    "kind_in",
    "kind_of",
    "learn",
    "least_similarity",
    "looks_for",
    "make_profile",
    "make_rules",
    "measure",
    "reason",
    "refine",
]
