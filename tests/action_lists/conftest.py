"""A small district's month with its action lists, and the month after it."""

import shutil
from dataclasses import replace

import openpyxl
import pytest
from support import MONTH, REPOSITORY, SCALE, import_into, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib import bulletin as hb
from hanbin_lib.action_lists.making import Front, write_lists
from hanbin_lib.bulletin.handed_out import folder_of
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

NEXT = MONTH.shift(1)
COUNTY = "610902"


def fronts_of(county):
    """Pages one of county and towns, as they would be published, without page numbers."""
    return {
        place: Front(hb.front_page.decisions(county.seen_from(place, 1, "")).items, {})
        for place in county.scope.upper_places
    }


@pytest.fixture(scope="session")
def two_months(tmp_path_factory, demo_workspace):
    """A workspace with two months; in the second the household without a measure has one. Read only."""
    workspace = Workspace(tmp_path_factory.mktemp("two") / "workspace")
    shutil.copytree(demo_workspace.root, workspace.root)
    other = new_workspace(tmp_path_factory.mktemp("next"))
    write_demo(other.root, AreaRegister.read(REPOSITORY / "params" / "areas.csv"), month=NEXT, scale=SCALE)
    shutil.copytree(other.inbox(NEXT), workspace.inbox(NEXT))
    _give_measures(workspace)
    assert import_into(workspace, workspace.inbox(NEXT), NEXT).snapshot is not None
    return workspace


def _give_measures(workspace):
    """Fill in a measure wherever the next month's register has none."""
    (path,) = workspace.inbox(NEXT).glob("*监测对象信息*.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = next(row for row in sheet.iter_rows() if "户编号" in {cell.value for cell in row})
    place = next(cell.column for cell in head if cell.value == "产业帮扶")
    for row in range(head[0].row + 1, sheet.max_row + 1):
        if not sheet.cell(row, place).value and sheet.cell(row, 1).value:
            sheet.cell(row, place).value = "发展生产"
    book.save(path)


@pytest.fixture(scope="session")
def listed(two_months):
    """The workspace with the first month's lists, the county's bulletin, and what was made. Read only."""
    county = hb.open_bulletin(str(MONTH), COUNTY, workspace=two_months)
    made = write_lists(two_months, county, fronts_of(county))
    hb.open_bulletin(str(NEXT), COUNTY, workspace=two_months)  # its figures are computed once
    return two_months, county, made


@pytest.fixture
def desk(listed, tmp_path):
    """A copy for tests that change it."""
    two_months, county, made = listed
    workspace = Workspace(tmp_path / "workspace")
    shutil.copytree(two_months.root, workspace.root)
    return workspace, county, replace(made, folder=folder_of(workspace, MONTH))
