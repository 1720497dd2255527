"""Several months in one command, read side by side and stored in order; headings before the first month."""

import errno
import shutil
from concurrent.futures import Future
from contextlib import contextmanager

import openpyxl
import pytest
from support import import_into, new_workspace
from typer.testing import CliRunner

from hanbin_lib import audit, snapshots, state
from hanbin_lib.cli import importing as command
from hanbin_lib.cli.console import report_unexpected
from hanbin_lib.cli.importing import _committed, heading_lines, import_months
from hanbin_lib.cli.main import app
from hanbin_lib.contract import TABLES
from hanbin_lib.contract.local import local_tables
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.ingest import importing
from hanbin_lib.kernels import WorkerEndedError
from hanbin_lib.kernels.prepared import answer, packed, unpacked
from hanbin_lib.months import Month
from hanbin_lib.policy import CountyColumns
from hanbin_lib.state import PublicationManifest

MONTHS = (Month(2022, 6), Month(2022, 7), Month(2022, 9))
EMPTY = Month(2022, 8)
VALUE = "张三 612401199001011234"


@pytest.fixture
def inbox(demo_workspace, tmp_path):
    """Three months of the demonstration."""
    for month in MONTHS:
        shutil.copytree(demo_workspace.inbox(month), tmp_path / "inbox" / str(month))
    return tmp_path / "inbox"


def test_side_by_side_they_come_to_what_they_come_to_one_after_the_other(inbox, tmp_path, printed):
    """Files and manifests alike: which core read a month leaves no trace."""
    together, alone = new_workspace(tmp_path / "together"), new_workspace(tmp_path / "alone")
    folders = {month: inbox / str(month) for month in reversed(MONTHS)}
    alone.secret.parent.mkdir(parents=True)
    alone.secret.write_bytes(b"k" * 32)
    together.secret.parent.mkdir(parents=True)
    together.secret.write_bytes(b"k" * 32)
    assert import_months(folders, together) == []
    for month in MONTHS:
        import_into(alone, inbox / str(month), month)
    assert snapshots.months(together) == list(MONTHS)
    assert stored(together) == stored(alone)
    told = printed()
    assert [told.index(f"{month.label}：已导入为新版本") for month in MONTHS] == sorted(
        told.index(f"{month.label}：已导入为新版本") for month in MONTHS
    )


def stored(workspace):
    return {
        path.relative_to(workspace.store): path.read_bytes()
        for path in workspace.store.rglob("*")
        if path.is_file()
    }


def test_a_month_that_cannot_be_read_stops_no_other(inbox, tmp_path):
    space = new_workspace(tmp_path / "space")
    (inbox / str(EMPTY)).mkdir()
    line = ["import", str(inbox), "--workspace", str(space.root)]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 11
    assert done.stderr.count("HB-IMP-001") == 1
    assert snapshots.months(space) == list(MONTHS)
    for month in MONTHS:
        assert f"{month.label}：已导入为新版本" in done.stdout
    assert CliRunner().invoke(app, line).stdout.count("内容没有变化") == len(MONTHS)
    audited = CliRunner().invoke(app, ["audit", "--workspace", str(space.root)])
    assert "没有被改动" in audited.stdout


def test_a_register_that_shrank_is_held_against_the_month_before_in_the_same_command(
    inbox, tmp_path, printed
):
    """Which is not stored yet when both are read."""
    space = new_workspace(tmp_path / "space")
    full, cut = inbox / "2022-09", inbox / "2022-10"
    shutil.rmtree(inbox / "2022-06")
    cut.mkdir()
    for path in sorted(full.iterdir()):
        if "脱贫户信息" not in path.name or path.name.endswith("_1.xlsx"):
            shutil.copy(path, cut / path.name)
    folders = {Month.parse(path.name): path for path in inbox.iterdir()}
    assert import_months(folders, space) == [ExitCode.INPUT_INVALID]
    assert "行数大幅减少" in printed()
    assert snapshots.months(space) == [Month(2022, 7), Month(2022, 9)]


def test_a_fault_of_the_parameters_is_told_once_and_as_such(inbox, tmp_path):
    space = new_workspace(tmp_path / "space")
    (space.params / "columns.yaml").write_text("aliases: [", encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        import_months({month: inbox / str(month) for month in MONTHS}, space)
    assert caught.value.exit_code is ExitCode.PARAMS_INVALID
    assert not space.store.exists()


def test_a_process_that_was_killed_is_told_as_its_month_s():
    ended: Future = Future()
    ended.set_exception(WorkerEndedError(timed_out=False))
    with pytest.raises(HanbinError, match=f"HB-IMP-004 {MONTHS[0].label}没有"):
        _committed(MONTHS[0], ended)


def test_what_nobody_foresaw_in_one_month_stops_no_other(inbox, tmp_path, monkeypatch, capfd):
    """Here is no process, but all that goes to one and comes back is packed as for one."""

    @contextmanager
    def here(*_arguments, **_options):
        yield lambda function, *arguments: unpacked(answer(packed(function, arguments)))

    def prepare(folder, run, progress):
        if run.month == MONTHS[0]:
            raise ValueError(VALUE)
        return importing.prepare(folder, run, progress)

    space = new_workspace(tmp_path / "space")
    for month in (MONTHS[1], EMPTY):
        shutil.rmtree(inbox / str(month), ignore_errors=True)
    (inbox / str(EMPTY)).mkdir()
    monkeypatch.setattr(command, "open_workers", here)
    monkeypatch.setattr(command, "prepare", prepare)
    folders = {month: inbox / str(month) for month in (MONTHS[0], EMPTY, MONTHS[2])}
    failed = import_months(folders, space)
    assert failed == [ExitCode.UNEXPECTED, ExitCode.INPUT_INVALID]
    assert snapshots.months(space) == [MONTHS[2]]
    told = capfd.readouterr().err
    assert f"{MONTHS[0].label}：程序出了没有料到的错误（ValueError，hanbin_lib/cli/importing.py 第" in told
    assert VALUE not in told
    kept = (space.logs / f"unexpected-error-{MONTHS[0]}.txt").read_text(encoding="utf-8")
    assert VALUE in kept
    assert "in prepare" in kept


def test_a_full_disk_in_a_process_that_reads_is_told_as_one(tmp_path, monkeypatch, capfd):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, VALUE)

    def there():
        return unpacked(answer(packed(command._prepared, (tmp_path, MONTHS[0], None, ()))))

    monkeypatch.setattr(command, "_run", full)
    with pytest.raises(OSError, match="张三") as met:
        there()
    assert report_unexpected(met.value, month=MONTHS[0]) == ExitCode.PUBLICATION_FAILED
    assert "HB-DSK-001" in capfd.readouterr().err


def headed(path, headings):
    book = openpyxl.Workbook()
    book.active.append(headings)
    book.save(path)
    return path


def test_a_header_alone_is_recognised_and_what_is_missing_is_said(tmp_path):
    table = TABLES["monitored_persons"]
    headings = [column.heading for column in table.columns if column.name != "wage_income_yuan"]
    path = headed(tmp_path / "a.xlsx", [*headings, "工资收入"])
    lines, is_well = heading_lines(path, TABLES.values())
    text = "\n".join(lines)
    assert is_well
    assert "监测对象信息：表头在第1行" in text
    assert "没有的列（用到它们的数为“未收到”）：工资性收入" in text
    assert "监测对象信息: {工资性收入: [工资收入]}" in text
    own = CountyColumns(aliases={"监测对象信息": {"工资性收入": ("工资收入",)}})
    lines, _ = heading_lines(path, local_tables(own, "100001").values())
    assert len(lines) == 1


def test_a_required_column_that_is_missing_is_an_error(tmp_path):
    headings = [c.heading for c in TABLES["phone_checks"].columns if c.name != "disposition"]
    lines, is_well = heading_lines(headed(tmp_path / "a.xlsx", headings), TABLES.values())
    assert not is_well
    assert "缺少必需的列：接通情况" in lines[0]


@pytest.fixture
def one_month(demo_workspace, tmp_path):
    """A month of one ledger, and a workspace for it."""
    folder, month = tmp_path / "files", MONTHS[0]
    folder.mkdir()
    found = next(path for path in demo_workspace.inbox(month).iterdir() if "周下沉督帮" in path.name)
    shutil.copy(found, folder)
    return {month: folder}, new_workspace(tmp_path / "space")


def test_an_import_that_was_stopped_before_it_was_recorded_is_recorded_by_the_next(one_month, printed):
    folders, space = one_month
    for _ in range(2):
        assert import_months(folders, space) == []
    (first,) = audit.records(space.audit)
    space.audit.unlink()  # as when the disk was full after the tables
    for _ in range(2):
        assert import_months(folders, space) == []
    (again,) = audit.records(space.audit)
    assert (again.action, again.inputs, again.outputs) == (first.action, first.inputs, first.outputs)
    assert "内容没有变化" in printed()


def test_months_that_were_published_from_the_data_before_are_named(one_month, printed):
    folders, space = one_month
    (month,) = folders
    import_months(folders, space)
    version = snapshots.latest(space, month).id
    later, other = month.shift(1), month.shift(2)
    known = {month: {str(month): "aa"}, later: {str(month): "aa"}, other: {str(month): version}}
    assert "不会自动改" not in printed()
    for one, versions in known.items():
        manifest = PublicationManifest(
            month=str(one), revision=1, documents={}, failed={}, files={}, snapshots=versions
        )
        (space.reports / str(one)).mkdir(parents=True)
        (space.reports / str(one) / "manifest.json").write_bytes(state.as_json(manifest))
    import_months(folders, space)
    assert f"已发布的{month.label}、{later.label}月报用的是{month.label}原来的数据" in printed()


def test_a_report_that_cannot_be_written_is_told_and_the_import_stands(one_month):
    folders, space = one_month
    (month,) = folders
    (space.root / "data").mkdir(exist_ok=True)
    (space.root / "data" / "quality").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(HanbinError, match="已导入；数据质量报告写不进 data/quality：不是目录") as caught:
        import_months(folders, space)
    assert (caught.value.code, caught.value.exit_code) == ("HB-IMP-005", ExitCode.PUBLICATION_FAILED)
    assert snapshots.months(space) == [month]
    assert [one.action for one in audit.records(space.audit)] == [f"import {month}"]
