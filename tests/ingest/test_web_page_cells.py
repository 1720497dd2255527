"""A cell of a web page is what the page shows of it."""

import pytest

from hanbin_lib.ingest.exports import grids_of


def _grid(rows):
    return grids_of("a.xls", f'<html><meta charset="utf-8"><table>{rows}</table></html>'.encode())[0]


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<div>5</div>", "5"),
        ("3<br>4", "3 4"),
        ("<p>3</p><p>4</p>", "3 4"),
        ("3<div>4</div>", "3 4"),
        ("<ul><li>甲<li>乙</ul>", "甲 乙"),
        ("1<b>2</b>3", "123"),
        ("甲<span style='display:none'>编号7</span>", "甲"),
        ("甲<span STYLE='color:red; Display : NONE'><i style='display:none'>7</i></span>乙", "甲乙"),
        ("甲<script style='display:none'>var a = 1</script>", "甲"),
        ("<style>.x{width:7px}</style>甲", "甲"),
        ("甲<comment>核对过</comment>", "甲"),
    ],
)
def test_a_cell_is_what_shows(inside, shown):
    grid = _grid(f"<tr><td>头</td></tr><tr><td>{inside}</td></tr>")
    texts = grid.columns[0].texts.to_pylist()
    assert [texts[code] for code in grid.columns[0].codes] == ["头", shown]


def test_a_hidden_row_is_read_and_known_as_hidden():
    grid = _grid("<tr><td>头</td></tr><tr style='height:0;display:none'><td>甲</td></tr><tr><td>乙</td></tr>")
    assert grid.columns[0].texts.to_pylist() == ["头", "甲", "乙"]
    assert grid.hidden_rows == (1,)


def test_a_hidden_cell_keeps_its_column():
    grid = _grid("<tr><td>头</td><td style='display:none'>藏</td><td>尾</td></tr>")
    assert [column.texts.to_pylist() for column in grid.columns] == [["头"], ["藏"], ["尾"]]
