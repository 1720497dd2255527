"""Lists that come back: every fault named, nothing kept where there is one, and next month's page one."""

import datetime as dt
import shutil
import subprocess
import zipfile
from functools import partial

import openpyxl
import pypdfium2
import pytest
from support import MONTH
from typer.testing import CliRunner

from hanbin_lib import audit
from hanbin_lib import bulletin as hb
from hanbin_lib.action_lists.returning import _Desk, _Line, import_returns
from hanbin_lib.action_lists.workbook import DAY, FIRST_ROW, HEADINGS, MANIFEST, REMARK, STATE
from hanbin_lib.bulletin.asks import NOUNS
from hanbin_lib.bulletin.handed_out import DONE, RETURNS, UNDER_WAY, handed_out
from hanbin_lib.cli.main import app
from hanbin_lib.display import plain_text
from hanbin_lib.errors import HanbinError
from hanbin_lib.release import release_month
from hanbin_lib.release.checks.reproducibility import verify_month
from hanbin_lib.workspace import Workspace

from .conftest import COUNTY, NEXT

pytestmark = pytest.mark.xdist_group("action_lists")

TODAY = dt.date(2022, 11, 3)
ON_TIME = dt.date(2022, 10, 12)
AT = {heading: number for number, heading in enumerate(HEADINGS, 1)}


def _given(made, place):
    """The list of a town, or the county's own."""
    (path,) = made.folder.glob(f"{place}_[!区]*.xlsx")
    return path


def _towns(made):
    """The two towns with the longest lists."""
    rows = {name[:9]: count for name, count in made.rows.items() if name[6] != "_"}
    return sorted(rows, key=lambda town: -rows[town])[:2]


def _filled(made, place, folder, *, edit=None, state=DONE, day=ON_TIME):
    """The place's list, every row reported, and what `edit` does to its last sheet."""
    book = openpyxl.load_workbook(_given(made, place))
    for sheet in book.worksheets[1:-1]:
        for row in range(FIRST_ROW, sheet.max_row + 1):
            sheet.cell(row, AT[STATE]).value, sheet.cell(row, AT[DAY]).value = state, day
    if edit is not None:
        edit(book.worksheets[-2])
    path = folder / f"{place}_回执.xlsx"
    book.save(path)
    return path


def _faults(desk, *paths):
    workspace, _, made = desk
    with pytest.raises(HanbinError) as caught:
        import_returns(workspace, MONTH, paths, TODAY)
    assert caught.value.code == "HB-ACT-005"
    assert caught.value.exit_code == 11
    assert not (made.folder / RETURNS).exists()
    return caught.value.message.splitlines()[1:]


def test_every_fault_of_two_towns_is_named_in_one_pass_and_nothing_is_kept(desk, tmp_path):
    _, _, made = desk
    one, two = _towns(made)
    lost = {}

    def first(sheet):
        lost["id"] = sheet.cell(FIRST_ROW, AT["编号"]).value
        doubled = [cell.value for cell in sheet[FIRST_ROW + 1]]
        sheet.delete_rows(FIRST_ROW)
        for values in (doubled, ["99", "AAAA-BBBB-CCCC", *doubled[2:]]):
            sheet.append(values)

    def second(sheet):
        sheet.cell(FIRST_ROW, AT["要办的事"]).value = "已核实"
        sheet.cell(FIRST_ROW, AT[STATE]).value = "基本办结"
        sheet.cell(FIRST_ROW, AT[DAY]).value = dt.date(2023, 10, 12)

    paths = [_filled(made, one, tmp_path, edit=first), _filled(made, two, tmp_path, edit=second)]
    found = "\n".join(_faults(desk, *paths))
    assert f"{paths[0].name}：缺少编号 {lost['id']} 的一行" in found
    assert "重复，只能有一行" in found
    assert "不是这份清单里的行" in found
    assert f"第{FIRST_ROW}行：锁定的内容被改动" in found
    assert "办理状态：应为未开始、办理中、已办结中的一个" in found
    assert f"第{FIRST_ROW}行 办结日期：应为2022-09-01至2022-11-03之间的日期" in found
    assert len(found.splitlines()) == 6


@pytest.mark.parametrize(
    ("state", "day", "fault"),
    [
        (DONE, None, "已办结的应填日期"),
        (UNDER_WAY, ON_TIME, "填了办结日期的应为已办结"),
        ("", ON_TIME, "填了办结日期的应为已办结"),
        (DONE, "十月中旬", "之间的日期"),
        (DONE, dt.date(2022, 8, 31), "之间的日期"),
        (DONE, TODAY + dt.timedelta(days=1), "之间的日期"),
    ],
)
def test_a_state_or_a_day_that_cannot_be(desk, tmp_path, state, day, fault):
    town, _ = _towns(desk[2])
    found = _faults(desk, _filled(desk[2], town, tmp_path, state=state, day=day))
    assert all(fault in line for line in found)
    assert len(found) == sum(desk[2].rows[name] for name in desk[2].rows if name.startswith(town))


@pytest.mark.parametrize(
    ("state", "given", "day"),
    [
        (DONE, dt.date(2022, 9, 1), dt.date(2022, 9, 1)),  # the month's first day
        (DONE, TODAY, TODAY),
        (DONE, dt.datetime.combine(ON_TIME, dt.time(8, 30)), ON_TIME),
        (DONE, " 2022.10.12 ", ON_TIME),
        (DONE, "2022/1/12", None),
        (DONE, "2022-13-12", None),
        (DONE, 44846.0, None),  # a cell that lost its form
        (UNDER_WAY, None, None),
        ("", "", None),
    ],
)
def test_the_days_that_can_be(state, given, day):
    desk = _Desk(None, MONTH, TODAY)
    found, faults = desk._reported(_Line("第5行", {STATE: state, DAY: "" if given is None else given}))
    assert found == day or faults
    assert bool(faults) == (state == DONE and day is None)


@pytest.mark.parametrize("day", ["2022-10-12", "2022年10月12日", "2022/10/12", ON_TIME])
def test_a_day_may_be_written_as_people_write_it(desk, tmp_path, day):
    workspace, _, made = desk
    town, _ = _towns(made)
    import_returns(workspace, MONTH, [_filled(made, town, tmp_path, day=day)], TODAY)
    assert {row.day for row in handed_out(workspace, MONTH).returned.rows.values()} == {"2022-10-12"}


def test_what_is_no_list_of_the_month_is_named(desk, tmp_path):
    _, _, made = desk
    one, two = _towns(made)
    (tmp_path / "照片.xlsx").write_bytes(b"no workbook")
    bare, old = _filled(made, one, tmp_path), _filled(made, two, tmp_path)
    book = openpyxl.load_workbook(bare)
    del book[MANIFEST]
    book.save(bare)
    book = openpyxl.load_workbook(old)
    book[MANIFEST]["B4"].value = "0" * 64
    book.save(old)
    found = _faults(desk, tmp_path / "照片.xlsx", bare, old)
    for line, words in zip(found, ("读不开", "没有隐藏的工作表", "不是同一版"), strict=True):
        assert words in line
    again = _filled(made, one, tmp_path)
    copied = shutil.copy(again, tmp_path / "又一份.xlsx")
    assert "交了两份" in _faults(desk, again, copied)[0]


def test_good_lists_are_kept_for_this_account_on_record_and_a_later_report_counts(desk, tmp_path):
    workspace, _, made = desk
    one, two = _towns(made)

    def remark(sheet):
        sheet.cell(FIRST_ROW, AT[REMARK]).value = "不保存的备注"

    paths = [
        _filled(made, one, tmp_path, edit=remark),
        _filled(made, two, tmp_path, state=UNDER_WAY, day=None),
    ]
    back = import_returns(workspace, MONTH, paths, TODAY)
    assert back.states[DONE] > 0 < back.states[UNDER_WAY]
    assert not {name for name in back.outstanding if name.startswith((one, two))}
    kept = made.folder / RETURNS
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "不保存的备注" not in kept.read_text(encoding="utf-8")
    assert [record.action for record in audit.records(workspace.audit)][-1] == f"returns {MONTH}"
    import_returns(workspace, MONTH, [_filled(made, two, tmp_path)], TODAY)
    assert {row.state for row in handed_out(workspace, MONTH).returned.rows.values()} == {DONE}


def test_the_next_page_one_tells_reported_and_confirmed_apart(desk, tmp_path):
    workspace, county, made = desk
    import_returns(workspace, MONTH, [_filled(made, COUNTY, tmp_path)], TODAY)
    later = hb.open_bulletin(str(NEXT), COUNTY, workspace=workspace)
    told = plain_text(hb.front_page.returned(later).parts)
    given = {one.key: len(one.ids) for one in handed_out(workspace, MONTH).record.asks[COUNTY]}
    # The register has a measure now; what the telephone said stands nowhere in it; nor is the third settled.
    measured, clues = given["measure"], given["phone"]
    assert f"无措施户{measured}户，填报办结{measured}户，登记簿证实{measured}户；" in told
    assert f"三保障和饮水线索{clues}户次，填报办结{clues}户次，登记簿都没有证实；" in told
    (third,) = set(given) - {"measure", "phone"}
    unit, noun = NOUNS[third]
    assert told.endswith(f"{noun}{given[third]}{unit}，填报办结{given[third]}{unit}，登记簿都没有证实。")
    assert hb.front_page.returned(county) is None


def test_without_a_return_page_one_says_so(desk):
    workspace, _, _ = desk
    later = hb.open_bulletin(str(NEXT), COUNTY, workspace=workspace)
    assert "没有收到回执，登记簿证实" in plain_text(hb.front_page.returned(later).parts)
    workspace.secret.unlink()
    elsewhere = hb.open_bulletin(str(NEXT), COUNTY, workspace=workspace)
    assert "不能核对" in plain_text(hb.front_page.returned(elsewhere).parts)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_list_saved_by_libreoffice_comes_back(desk, tmp_path, ending):
    workspace, _, made = desk
    town, _ = _towns(made)
    path = _filled(made, town, tmp_path)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    saved = tmp_path / "saved"
    command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(saved), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    back = import_returns(workspace, MONTH, [saved / f"{path.stem}.{ending}"], TODAY)
    assert back.states[DONE] == sum(made.rows[name] for name in made.rows if name.startswith(town))


@pytest.mark.slow
def test_the_commands_from_a_publication_to_the_next_page_one(two_months, tmp_path, kernel_parent):
    workspace = Workspace(tmp_path / "workspace")
    shutil.copytree(two_months.root, workspace.root)
    shutil.rmtree(workspace.actions, ignore_errors=True)
    release_month(workspace, MONTH, (COUNTY,))
    run = partial(CliRunner().invoke, app)
    given = ["--workspace", str(workspace.root)]
    assert run(["actions", str(MONTH), *given]).exit_code == 0
    folder = workspace.actions / str(MONTH)
    (path,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    assert "出处：月报第2页（一）" in book.worksheets[1]["A2"].value
    assert run(["returns", str(MONTH), str(folder), *given]).exit_code == 0
    book.worksheets[1].cell(FIRST_ROW, AT[STATE]).value = "好"
    book.save(path)
    refused = run(["returns", str(MONTH), str(path), *given])
    assert refused.exception.exit_code == 11
    release_month(workspace, NEXT, (COUNTY,))
    with zipfile.ZipFile(workspace.reports / str(NEXT) / "inputs.zip") as packed:
        assert f"data/actions/{MONTH}/lists.json" in packed.namelist()
    pdf = pypdfium2.PdfDocument(workspace.reports / str(NEXT) / f"{COUNTY}_汉滨区.pdf")
    text = pdf[0].get_textpage().get_text_range()
    pdf.close()
    assert "上月交办" in text
    assert verify_month(workspace, NEXT).different == ()
