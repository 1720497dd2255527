import hashlib

import numpy as np
import openpyxl
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from hanbin_demo.xlsx import Sheet, column_letters, write_sheet

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12
)  # control characters are no XML


@given(st.integers(0, 16_383))
def test_letters_are_those_of_excel(number):
    assert column_letters(number) == get_column_letter(number + 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=8))
def test_cells_come_back_as_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("sheet") / "a.xlsx"
    columns = [np.array(column, dtype=object) for column in zip(*rows, strict=True)]
    write_sheet(Sheet(path, ["甲", "乙", "丙"], columns))
    page = openpyxl.load_workbook(path).worksheets[0]
    read = [[cell.value or "" for cell in page[number + 2]][:3] for number in range(len(rows))]
    read = [row + [""] * (3 - len(row)) for row in read]
    assert read == [list(row) for row in rows]


def test_title_is_merged_and_headings_come_third(tmp_path):
    column = np.array(["1"], dtype=object)
    path = write_sheet(Sheet(tmp_path / "a.xlsx", ["户编号", "村"], [column, column], title=("标题", "单位")))
    page = openpyxl.load_workbook(path).worksheets[0]
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:B1"]
    assert [cell.value for cell in page[3]] == ["户编号", "村"]


def test_csv_in_its_encoding(tmp_path):
    column = np.array(["汉滨", "a,b"], dtype=object)
    path = write_sheet(Sheet(tmp_path / "a.csv", ["村"], [column], encoding="gb18030"))
    assert pd.read_csv(path, encoding="gb18030")["村"].tolist() == ["汉滨", "a,b"]


def test_same_content_gives_same_bytes_and_no_rest_is_left(tmp_path):
    column = np.array(["值"] * 5000, dtype=object)
    digests = set()
    for name in ("a", "b"):
        path = write_sheet(Sheet(tmp_path / name / "x.xlsx", ["列"], [column]))
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
        assert [p.name for p in path.parent.iterdir()] == ["x.xlsx"]
    assert len(digests) == 1
