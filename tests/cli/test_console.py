"""What nobody foresaw: a code and a place on the terminal, the call record in a file, no value shown."""

import errno
import stat

import pytest

from hanbin_lib.cli import main
from hanbin_lib.cli.console import going_on
from hanbin_lib.errors import ExitCode
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, Workspace

VALUE = "张三 612401199001011234"


@pytest.fixture
def failing(demo_workspace, tmp_path, monkeypatch):
    """`hanbin areas` in a workspace of its own, failing with a personal value in its message."""

    def fail(_path):
        raise ValueError(VALUE)

    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "county.yaml").write_text("", encoding="utf-8")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    monkeypatch.setattr("hanbin_lib.cli.areas.read_areas", fail)
    return Workspace(tmp_path)


def test_the_terminal_tells_code_and_place_and_never_the_message(failing, monkeypatch, capfd):
    monkeypatch.setattr("sys.argv", ["hanbin", "areas"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.UNEXPECTED
    shown = "".join(capfd.readouterr())
    assert "HB-INT-001" in shown
    assert "ValueError" in shown
    assert "hanbin_lib/cli/areas.py" in shown
    assert not [part for part in VALUE.split() if part in shown]
    log = failing.logs / "unexpected-error.txt"
    assert VALUE in log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("named", ["-w {}", "--workspace={}"])
def test_the_record_is_kept_in_the_workspace_that_the_command_names(failing, monkeypatch, tmp_path, named):
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    monkeypatch.chdir(tmp_path.parent)
    monkeypatch.setattr("sys.argv", ["hanbin", "areas", *named.format(failing.root).split()])
    with pytest.raises(SystemExit):
        main()
    assert VALUE in (failing.logs / "unexpected-error.txt").read_text(encoding="utf-8")


def test_debug_gives_the_call_record(failing, monkeypatch):
    monkeypatch.setattr("sys.argv", ["hanbin", "areas", "--debug"])
    with pytest.raises(ValueError, match="张三"):
        main()


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [
        (errno.ENOSPC, ExitCode.PUBLICATION_FAILED, "HB-DSK-001\n磁盘已满，没有做完"),
        (errno.EDQUOT, ExitCode.PUBLICATION_FAILED, "HB-DSK-001\n超出磁盘配额，没有做完"),
        (errno.EACCES, ExitCode.PUBLICATION_FAILED, "HB-DSK-002\n没有写的权限，或文件正打开着，没有做完"),
        (errno.EROFS, ExitCode.PUBLICATION_FAILED, "HB-DSK-002\n磁盘只读，没有做完"),
        (errno.EIO, ExitCode.UNEXPECTED, "HB-INT-001"),
    ],
)
def test_a_disk_that_refuses_is_no_fault_of_the_program(failing, monkeypatch, capfd, number, code, word):
    def full(_path):
        raise OSError(number, VALUE)

    monkeypatch.setattr("hanbin_lib.cli.areas.read_areas", full)
    monkeypatch.setattr("sys.argv", ["hanbin", "areas"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    shown = "".join(capfd.readouterr())
    assert word in shown
    assert not [part for part in VALUE.split() if part in shown]


def test_where_nothing_can_be_written_the_folder_is_told(demo_workspace, tmp_path, monkeypatch, capfd):
    (tmp_path / "file").touch()
    command = ["hanbin", "schedule", "cron", "-w", str(demo_workspace.root), "--folder"]
    monkeypatch.setattr("sys.argv", [*command, str(tmp_path / "file" / "in")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.PUBLICATION_FAILED
    assert f"{tmp_path / 'file'}：不是目录，没有做完" in capfd.readouterr().err


def test_what_a_disk_refuses_on_the_way_is_said_and_leaves_no_call_record(tmp_path, capfd):
    with going_on("没有打包", Workspace(tmp_path)):
        raise OSError(errno.EROFS, VALUE)
    assert capfd.readouterr().err == "没有打包：磁盘只读\n"
    assert not Workspace(tmp_path).logs.exists()
