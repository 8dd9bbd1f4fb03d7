"""Feedparser's own test documents are read as feedparser reads them, but where it was found wanting or goes wrong."""

import pytest

from bench import documents

# The documents that are read differently, and why that is right.
CRAZY = (
    "entry_content_crazy", "entry_summary_crazy", "entry_title_crazy", "feed_title_crazy", "item_content_encoded_crazy",
    "item_description_crazy", "item_fullitem_crazy",
)  # fmt: skip
JUDGED = {
    "json/example.json": "feedparser does not read JSON",
    "illformed/rss_incomplete_cdata.xml": "the only entry is cut off in its middle: it comes whole at the next visit",
    "illformed/rdf_channel_empty_textinput.xml": "rdf:about is the entry's address",
    "wellformed/rdf/rdf_item_description.xml": "rdf:about is the entry's address",
    "wellformed/rdf/rdf_item_rdf_about.xml": "rdf:about is the entry's address",
    "wellformed/rdf/rdf_item_title.xml": "rdf:about is the entry's address",
    "wellformed/rss/item_guid_not_permalink.xml": "an address that is called no permanent one beats none",
    "wellformed/rss/item_guid_not_permalink_not_guidislink.xml": "as before",
    "wellformed/atom10/entry_id_with_attributes.xml": "a word is no address",
    "wellformed/node_precedence/atom10_id.xml": "words are no address",
    "wellformed/lang/http_content_language_entry_title_inherit_2.xml": "the id 1 is no address",
    "wellformed/lang/http_content_language.xml": "Content-Language is a server's default: letters tell better",
    "wellformed/lang/http_content_language_entry_title_inherit.xml": "as before",
    "wellformed/base/http_entry_id_base_docuri.xml": "an id stays as it is, or a feed that moves brings all again",
    "wellformed/base/http_entry_id_base_content_location.xml": "an id stays as it is",
    "wellformed/atom10/entry_id_no_normalization_4.xml": "an id stays as it is",
    "wellformed/namespace/atomthreadingwithentry.xml": "the fraction of a second is kept",
    "illformed/chardet/koi8r.xml": "without label: one-byte Arabic is likelier, and flagged",
    "illformed/chardet/tis620.xml": "without label: not guessed, and flagged",
    "encoding/bozo_double-encoded-html.xml": "an ellipsis packed twice, not Arabic: left as it came",
    "encoding/bozo_linenoise.xml": "<> is no tag",
    "wellformed/atom10/entry_content_text_plain_brackets.xml": "plain text keeps its brackets",
    "wellformed/rss/item_description_not_a_doctype.xml": "a broken declaration is no text",
    "wellformed/sanitize/entry_content_iframe.xml": "what stands in an iframe is not shown",
    "wellformed/sanitize/entry_summary_iframe.xml": "what stands in an iframe is not shown",
    "wellformed/sanitize/item_content_encoded_script_nested_cdata.xml": "remains of a script",
    "wellformed/sanitize/xml_malicious_comment.xml": "remains of a comment",
    "wellformed/sanitize/xml_unclosed_comment.xml": "remains of a comment",
    "entities/lang.xml": "HTML 5 names this sign so",
    "entities/rang.xml": "HTML 5 names this sign so",
    **{f"wellformed/sanitize/{name}.xml": "a script in disguise, told apart as browsers do" for name in CRAZY},
}  # fmt: skip


@pytest.mark.shared
def test_what_feedparser_reads_is_read(shared):
    found, number = {}, 0
    for document in documents.documents(shared):
        number += 1
        verdicts = documents.compare(documents.by_us(document), documents.by_feedparser(document))
        if wrong := {name: verdict for name, verdict in verdicts.items() if verdict != "same"}:
            found[document.name] = wrong
    assert number > 2_100
    assert {name: wrong for name, wrong in found.items() if name not in JUDGED} == {}
    assert JUDGED.keys() - found.keys() == set(), "judged apart, but read alike by now"
