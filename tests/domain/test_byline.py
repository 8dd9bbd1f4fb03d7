"""Names of authors without the words around them."""

import pytest

from domain.byline import author_in, author_name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("سلمى الهاشم", "سلمى الهاشم"),
        ("كتب: سلمى الهاشم", "سلمى الهاشم"),
        ("كتبت - سلمى الهاشم", "سلمى الهاشم"),
        ("كتب سلمى الهاشم", "سلمى الهاشم"),
        ("بقلم/ سلمى الهاشم", "سلمى الهاشم"),
        ("بقلم : سلمى الهاشم", "سلمى الهاشم"),
        ("«بقلم: سلمى الهاشم»", "سلمى الهاشم"),
        ("إعداد وتحرير: سلمى الهاشم", "سلمى الهاشم"),
        ("By Salma Hashem", "Salma Hashem"),
        ("سمير كتبي", "سمير كتبي"),
        ("كتبي سمير", "كتبي سمير"),
        ("بقلمون سعد", "بقلمون سعد"),
        ("https://social.example/salma", ""),
        ("salma@outlet.example", ""),
        ("admin", ""),
        ("المحرّر", ""),
        ("صحيفة الضفة", ""),
        ("كتب:", ""),
        ("", ""),
    ],
)
def test_a_name_stands_without_the_words_around_it(said: str, name: str) -> None:
    assert author_name(said, "صحيفة الضفة") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("بقلم: سلمى الهاشم\nافتتح المعرض اليوم.", "سلمى الهاشم"),
        ("دمشق\nكتبت/ سلمى الهاشم\nافتتح المعرض اليوم.", "سلمى الهاشم"),
        ("افتتح المعرض اليوم.\nبقلم سلمى الهاشم", "سلمى الهاشم"),
        ("كتب الشاعر قصيدة جديدة", ""),
        ("حوار: كيف تعود المدينة إلى الحياة بعد سنوات طويلة من الحرب", ""),
        ("تقرير: ارتفاع الأسعار في الأسواق.", ""),
        ("افتتح المعرض اليوم.", ""),
        ("", ""),
    ],
)
def test_a_line_of_its_own_names_the_author(text: str, name: str) -> None:
    assert author_in(text) == name
