"""The start page tells what is in, what is wrong with it, and what there is to open."""

import pytest
from support import MONTH, new_workspace

from hanbin_lib import snapshots
from hanbin_lib.display import Missing, Table, plain_text
from hanbin_lib.errors import HanbinError
from hanbin_lib.lab import start


def test_months_and_findings_are_those_of_the_store(demo_workspace):
    findings = snapshots.latest(demo_workspace, MONTH).table("findings")
    (row,) = start.month_table(demo_workspace).rows
    assert str(row[0]) == "2022年9月"
    assert int(str(row[3])) + int(str(row[4])) == len(findings)
    assert row[-1] == "未发布"
    counted = start.finding_table("", demo_workspace)
    assert sum(int(str(cells[2])) for cells in counted.rows) == len(findings)
    assert f"{len(findings)}条" in plain_text(start.month_state("2022-09", demo_workspace).parts)


def test_the_list_names_places_and_no_personal_value(demo_workspace):
    listed = start.finding_list("", demo_workspace)
    assert isinstance(listed, Table)
    assert {"文件", "工作表", "行", "列"} <= {column.heading for column in listed.columns}


def test_every_notebook_is_listed_with_its_title(demo_workspace):
    rows = start.notebook_table(demo_workspace).rows
    names = {path.name for path in demo_workspace.notebooks.glob("*.ipynb")} - {"index.ipynb"}
    assert {str(row[0]) for row in rows} == names
    assert all(str(row[1]) and str(row[2]) for row in rows)


def test_an_empty_workspace_says_what_to_do(tmp_path):
    space = new_workspace(tmp_path / "w")
    for shown in (start.month_table(space), start.month_state("", space), start.finding_table("", space)):
        assert isinstance(shown, Missing)
        assert "hanbin import" in shown.reason
    with pytest.raises(HanbinError, match="HB-SNP-001"):
        start.finding_table("2020-01", space)
