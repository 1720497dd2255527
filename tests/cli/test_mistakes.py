"""Commands with what is not there, or is something else: in Chinese, with an exit code, nothing written."""

import csv
import re

import pytest
from support import MONTH, REPOSITORY

from hanbin_lib import snapshots
from hanbin_lib.cli.analysis import write_whole
from hanbin_lib.errors import ExitCode, HanbinError

MONTHS_OF = [
    "import {folder} -m {month}",
    "bulletin {month}",
    "pool {month} {folder} --code 610900 --name 安康市 -o {folder}/new.csv",
    "draw {month} --seed s",
    "draw {month} --verify",
    "trace {month} open_risk_households",
    "figures {month}",
    "message {month}",
    "actions {month}",
    "returns {month} {folder}",
    "versions {month}",
    "restore-raw {month} --to {folder}/new --key k",
    "template fill a.docx {month} -o {folder}/new.docx",
    "areas -m {month}",
    "demo -m {month}",
    "unpack {month}",
    "verify {folder}/reports/{month}",
]


@pytest.mark.parametrize("month", ["2022-13", "202209"])
@pytest.mark.parametrize("line", MONTHS_OF)
def test_an_impossible_month_is_told_alike_by_every_command(typed, line, month):
    code, out, errors = typed(line, month=month)
    assert (code, out) == (ExitCode.PARAMS_INVALID, "")
    assert "HB-PAR-001" in errors
    assert f"“{month}”不是有效的月份" in errors
    assert "按“年-月”填写，例如 2022-09" in errors


@pytest.mark.parametrize(
    "line", ["bulletin 2199-01", "import {folder} -m 2199-01", "bulletin 2199-01 --dry-run"]
)
def test_a_month_that_has_not_begun_is_told_with_the_clock(typed, line):
    code, _, errors = typed(line)
    assert code == ExitCode.PARAMS_INVALID
    assert "2199年1月还没有到（本机日期在" in errors


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("trace 2022-09 open_risk_households", 11, "2022年9月还没有导入数据"),
        ("versions 2022-09", 11, "2022年9月还没有导入数据"),
        ("figures 2022-09", 11, "没有已发布的2022年9月"),
        ("figures 2022-09 999999", 10, "区划名册里没有代码 999999"),
        ("figures 2022-09 建民街道", 10, "写代码，不写名称：建民街道是 610902004"),
        ("figures 2022-09 610902004", 11, "没有已发布的2022年9月"),
        ("message 2022-09", 11, "公开版"),
        ("actions 2022-09", 11, "2022年9月还没有发布"),
        ("returns 2022-09 {folder}", 11, "还没有做过行动清单"),
        ("verify {folder}/reports/2022-09", 11, "没有可以复核的发布"),
        ("template fill a.docx 2022-09 -o {folder}/new.docx", 11, "没有已发布的2022年9月"),
        ("template check", 10, "没有在用的模板"),
        ("template check none.docx", 11, "打不开模板 none.docx"),
        ("draw 2022-10", 10, "没有给出抽样种子"),
        ("draw 2022-10 --seed s", 11, "没有可以抽取的户"),
        ("draw 2022-10 --verify", 11, "还没有抽样"),
        ("import {folder}/none -m 2022-09", 11, "HB-IMP-001"),
        ("import {folder}/none", 11, "/none 这个文件夹"),
        ("import {folder}/params", 11, "没有以月份命名的子文件夹"),
        ("areas --compare {folder}/none.csv", 11, "none.csv：打不开"),
        ("audit --against {folder}/params/areas.csv", 11, "没有印操作记录的校验值"),
        ("raw-key {folder}/new.key --name 办公室", 2, "在工作目录"),
        ("health", 10, "还没有发布过任何月份"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do_and_nothing_is_written(typed, line, code, told):
    found, _, errors = typed(line)
    assert found == code
    assert told in errors
    assert "处理办法：" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("none.xlsx", "none.xlsx：打不开，或不是文件"),
        ("params", "params：打不开，或不是文件"),
        ("params/county.yaml", "county.yaml"),
        ("params/areas.csv", "认不出是哪张表"),
    ],
)
def test_headings_of_what_is_no_export_are_no_fault_of_the_program(typed, office, file, told):
    code, out, _ = typed(f"check-headings {office.root / file}")
    assert code == ExitCode.INPUT_INVALID
    assert told in out


def test_headings_of_a_text_file_are_told_by_the_file_s_name(typed, tmp_path):
    """It has no sheet whose name could stand there."""
    (tmp_path / "工厂.csv").write_text("名称,乡,吸纳就业人数\n", encoding="utf-8")
    code, out, _ = typed(f"check-headings {tmp_path}/工厂.csv")
    assert code == 0
    assert out.startswith("［工厂.csv］社区工厂名册：")


def test_a_folder_that_is_no_workspace_is_told_by_every_command_that_needs_one(hanbin, tmp_path):
    for line in (
        "areas",
        "versions 2022-09",
        "audit",
        "draw 2022-10 --seed s",
        "bulletin 2022-09",
        "health",
        "index",
    ):
        code, _, errors = hanbin(*line.split(), "-w", tmp_path)
        assert (code, "HB-WSP-001" in errors) == (ExitCode.INPUT_INVALID, True), line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("template new {there}/none/a.docx", 11, "a.docx 不能写入：文件夹不存在"),
        ("template new {there}", 11, "不是 .docx"),
        ("template new {there}/new.doc", 11, "new.doc 不是 .docx"),
        ("template check {there}", 11, "打不开模板"),
        ("init {there}/file", 11, "不是空目录，没有写入任何文件"),
        ("init {there}/file/below", 11, "不是空目录，没有写入任何文件"),
        ("init {there}", 11, "不是空目录，没有写入任何文件"),
        ("init {there}/new --code 511999 --name 甲县", 2, "要和 --from 一起用，没有写入任何文件"),
        ("init {there}/new --make-codes", 2, "要和 --from 一起用，没有写入任何文件"),
        ("init {there}/new --from {there}", 10, "需要县级区划代码（6位数字）"),
        ("init {there}/new --from {there} --code 61090", 10, "需要县级区划代码（6位数字）"),
        ("init {there}/new --from {there} --code 610902", 11, "没有认出填有镇和村的表"),
        ("demo --seed -1", 2, "--seed 的内容不对：应不小于 0"),
        ("areas --compare {there}", 11, "打不开"),
        ("areas --compare {there}/twice.csv", 11, "同一代码有两个名称：610902100"),
        ("import {there}/file -m 2022-09", 11, "是一个文件"),
        ("raw-key {there}/none/key --name 甲", 2, "不能新建"),
        ("audit --against {there}/none.pdf", 11, "none.pdf 这个文件"),
        ("verify {there}/file", 10, "“file”不是有效的月份"),
        ("pool 2022-09 {there} --code 610900 --name 安康市 -o {there}/new", 11, "没有发布2022年9月的指标"),
    ],
)
def test_a_path_that_is_something_else_is_the_user_s_mistake_not_the_program_s(
    typed, tmp_path, line, code, told
):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    lines = ["区划代码,名称", "610902100,甲镇", "610902100000,乙镇"]
    (tmp_path / "twice.csv").write_text("\n".join(lines), encoding="utf-8")
    found, _, errors = typed(line, there=tmp_path)
    assert (found, told in errors) == (code, True), errors
    assert {path.name for path in tmp_path.iterdir()} == {"file", "twice.csv"}


# What they tell, against the files


def test_the_list_of_areas_is_the_file_s_towns_with_what_is_counted(typed, office):
    code, told, _ = typed("areas")
    with (office.params / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
        towns = [row for row in csv.DictReader(file) if len(row["place_code"]) <= 9]
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")] for line in told.splitlines() if line[:1] == "│"
    ]
    assert code == 0
    assert [row[:4] for row in rows] == [
        [one["place_code"], one["place_name"], one["kind"], one["is_counted"]] for one in towns
    ]
    assert sum(row[3] == "是" for row in rows) == 27  # the district and its 26 towns


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows, ["代码和名称都相同。"]),
        (lambda rows: rows[::-1], ["代码和名称都相同。"]),
        (lambda rows: [(f"{code}000", name) for code, name in rows], ["代码和名称都相同。"]),
        (lambda rows: [*rows, ("110101001", "东华门街道")], ["代码和名称都相同。"]),  # another county's
        (
            lambda rows: [(code, f"{name}甲" if n == 3 else name) for n, (code, name) in enumerate(rows)],
            ["共1处不同"],
        ),
        (lambda rows: rows[1:], ["共1处不同"]),
        (lambda rows: [*rows, ("610902199", "新镇")], ["共1处不同", "新镇"]),
    ],
    ids=["same", "turned", "twelve", "other", "renamed", "gone", "new"],
)
def test_two_lists_of_towns_are_compared_by_code_and_name(typed, office, tmp_path, change, told):
    with (office.params / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
        towns = [
            (row["place_code"], row["place_name"])
            for row in csv.DictReader(file)
            if len(row["place_code"]) == 9
        ]
    path = tmp_path / "清单.csv"
    path.write_text("\n".join(["区划代码,名称", *map(",".join, change(towns))]), encoding="utf-8-sig")
    code, out, _ = typed(f"areas --compare {path}")
    assert code == 0
    assert all(one in out for one in told), out


def test_versions_and_records_are_those_of_the_store(hanbin, demo_workspace):
    code, told, _ = hanbin("versions", "2022-09", "-w", demo_workspace.root)
    manifest = snapshots.latest(demo_workspace, MONTH).manifest
    (row,) = (
        [cell.strip() for cell in line.strip("│").split("│")] for line in told.splitlines() if line[:1] == "│"
    )
    households = snapshots.latest(demo_workspace, MONTH).table("monitored_households")
    assert code == 0
    assert row[2:] == [str(len(households)), str(len(manifest.sources))]
    assert int(row[1]) == len({*manifest.tables} - {"areas"})
    code, told, _ = hanbin("audit", "-w", demo_workspace.root)
    assert code == 0
    assert "没有被改动" in told


def test_a_figure_of_an_area_that_is_none_is_refused_by_its_code(hanbin, demo_workspace):
    line = ("trace", "2022-09", "open_risk_households", "-a", "999999")
    code, out, errors = hanbin(*line, "-w", demo_workspace.root)
    assert (code, out) == (ExitCode.PARAMS_INVALID, "")
    assert "999999" in errors


# Files that are written


def test_a_template_is_begun_once_and_never_written_over(hanbin, office, tmp_path):
    path = tmp_path / "样例.docx"
    code, told, _ = hanbin("template", "new", path, "-w", office.root)
    content = path.read_bytes()
    assert (code, content[:2]) == (0, b"PK")
    assert str(path) in told
    code, _, errors = hanbin("template", "new", path, "-w", office.root)
    assert (code, path.read_bytes()) == (ExitCode.INPUT_INVALID, content)
    assert "样例.docx 已存在，没有覆盖" in errors
    code, told, _ = hanbin("template", "check", path, "-w", office.root)
    assert (code, told.strip()) == (0, "样例.docx：没有问题")


@pytest.mark.parametrize("content", [b"", b"not a document", b"PK\x03\x04"])
def test_what_is_no_document_is_no_template(hanbin, tmp_path, office, content):
    path = tmp_path / "坏的.docx"
    path.write_bytes(content)
    code, out, errors = hanbin("template", "check", path, "-w", office.root)
    assert code in (ExitCode.INPUT_INVALID, ExitCode.PARAMS_INVALID, ExitCode.TYPOGRAPHY)
    assert "坏的.docx" in errors
    assert "没有问题" not in out


def test_excerpts_are_written_whole_or_not_at_all(tmp_path):
    files = {"一.svg": b"<svg/>", "一.csv": b"1"}
    write_whole(tmp_path / "图", files)
    assert {path.name: path.read_bytes() for path in (tmp_path / "图").iterdir()} == files
    write_whole(tmp_path / "图", files)  # the same again is no other
    (tmp_path / "图" / "一.csv").unlink()
    write_whole(tmp_path / "图", files)  # and what is missing is made good
    assert (tmp_path / "图" / "一.csv").read_bytes() == b"1"
    for changed in ({"一.svg": b"<svg/>", "一.csv": b"2"}, {"二.svg": b""}):
        with pytest.raises(HanbinError, match="没有改动") as caught:
            write_whole(tmp_path / "图", changed)
        assert caught.value.code == "HB-REL-009"
        assert {path.name: path.read_bytes() for path in (tmp_path / "图").iterdir()} == files


def test_every_code_that_a_command_told_here_is_explained(typed):
    pages = (REPOSITORY / "docs" / "errors.md").read_text(encoding="utf-8")
    for line in (
        "figures 2022-09",
        "message 2022-09",
        "actions 2022-09",
        "template check",
        "draw 2022-10",
        "health",
    ):
        _, _, errors = typed(line)
        assert f"| {re.search(r'HB-[A-Z]+-[0-9]+', errors)[0]} |" in pages
