"""Judged with the few terms that could stand in it, a text is what it is judged to be with all of them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.privacy import Guard, PersonalTerms, Words, narrowed

WORDS = Words(("高明的办法", "王村"), ("王镇",))
BETWEEN = ["", "", "", " ", "·", "\n", "-", "　", "，", "某", "*"]
NAMES = st.text("王李高明甲乙陳·A(", min_size=2, max_size=4)
PREFIX = "610902198003"
NUMBERS = st.one_of(
    st.integers(10**6, 10**12).map(str),
    st.integers(0, 999999).map(lambda tail: f"{PREFIX}{tail:06d}"),
    st.integers(0, 99999).map(lambda tail: f"{PREFIX}{tail:05d}X"),
    st.just("0915-3212345"),
    st.just("６１０９０２198003021234"),
)


@st.composite
def written(draw):
    """A register's terms, and cells in which some of them stand, apart, half, or in other figures."""
    names, numbers = draw(st.sets(NAMES, max_size=5)), draw(st.sets(NUMBERS, max_size=5))
    cells = []
    for term in draw(st.lists(st.sampled_from(sorted(names | numbers) or ["无"]), min_size=1, max_size=4)):
        signs = [sign + draw(st.sampled_from(BETWEEN)) for sign in term[draw(st.integers(0, 2)) :]]
        body = draw(st.sampled_from(["".join(signs), term, term[:6] + term[8:], "".join(map(_figure, term))]))
        cells.append(
            draw(st.sampled_from(["", "户主", "高", "12"])) + body + draw(st.sampled_from(["", "。", "号"]))
        )
    return PersonalTerms(frozenset(names), frozenset(numbers)), cells


def _figure(sign):
    return "零一二三四五六七八九"[int(sign)] if sign.isascii() and sign.isdecimal() else sign


@given(written())
def test_the_few_terms_find_what_all_of_them_find(case):
    terms, cells = case
    every, few = Guard(terms, WORDS), Guard(narrowed(terms, cells), WORDS)
    assert [few.is_person(cell) for cell in cells] == [every.is_person(cell) for cell in cells]


def test_what_cannot_stand_there_is_left_out():
    names = frozenset({"甲某某", "欧阳测试", "李四光"})
    numbers = frozenset({"610902198003021234", "19900001234"})
    left = narrowed(PersonalTerms(names, numbers), ["欧·阳测试的厂", "负责人：电话 199 0000 1234"])
    assert left == PersonalTerms(frozenset({"欧阳测试"}), frozenset({"19900001234"}))
    assert not any(re.search("李", name) for name in left.names)
