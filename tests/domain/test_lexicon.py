import gzip

import pytest

from domain import lexicon


def test_what_is_written_is_read(tmp_path):
    counts = lexicon.Counts("7", 120, {"خبر": 5, "نهر": 2}, {"نهر": 3})
    lexicon.write(tmp_path, counts)
    assert lexicon.read(tmp_path) == counts


def test_the_same_counts_give_the_same_bytes(tmp_path):
    counts = {"خبر": 5, "نهر": 2}
    lexicon.write(tmp_path / "a", lexicon.Counts("1", 9, counts, {}))
    lexicon.write(tmp_path / "b", lexicon.Counts("1", 9, dict(reversed(counts.items())), {}))
    assert (tmp_path / "a" / lexicon.WORDS_FILE).read_bytes() == (tmp_path / "b" / lexicon.WORDS_FILE).read_bytes()


def test_a_damaged_file_raises(tmp_path):
    lexicon.write(tmp_path, lexicon.Counts("1", 9, {"خبر": 5}, {}))
    (tmp_path / lexicon.STEMS_FILE).write_bytes(gzip.compress("1\t9\nخبر".encode()))
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        lexicon.read(tmp_path)


def test_the_shipped_counts_are_of_this_version():
    counts = lexicon.shipped()
    assert counts.version == lexicon.VERSION
    assert counts.documents > 50_000
    assert counts.words["فلسطين"] > counts.words["كوريا"] > 100
    assert counts.stems["كور"] > 500
