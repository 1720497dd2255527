"""What a month was made from is kept whole, and nothing beside it."""

import io
import zipfile
from types import SimpleNamespace

from support import MONTH

from hanbin_lib.release import assembly, run
from hanbin_lib.release.assembly import inputs_archive
from hanbin_lib.workspace import Workspace


def _kept(workspace, *templates: str) -> set[str]:
    settings = SimpleNamespace(typography=SimpleNamespace(documents=templates))
    county = SimpleNamespace(settings=settings, forecasts=(), handed_out=None, month=MONTH)
    with zipfile.ZipFile(io.BytesIO(inputs_archive(workspace, county))) as archive:
        return set(archive.namelist())


def test_the_template_in_use_is_kept_and_no_other_document(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.params.mkdir()
    workspace.notebooks.mkdir()
    for name in (
        "county.yaml",
        "areas.csv",
        "keepers.yaml",
        "月报模板.docx",
        "另一份.docx",
        "母版.pptx",
        "名单.xlsx",
    ):
        (workspace.params / name).write_bytes(b"x")
    plain = {"params/county.yaml", "params/areas.csv"}
    assert _kept(workspace) == plain
    assert _kept(workspace, "月报模板.docx", "母版.pptx") == {
        *plain,
        "params/月报模板.docx",
        "params/母版.pptx",
    }


def test_of_the_entries_only_those_of_the_month_are_kept(tmp_path):
    workspace = Workspace(tmp_path)
    (workspace.params / "issues").mkdir(parents=True)
    workspace.notebooks.mkdir()
    for month in (MONTH.shift(-1), MONTH, MONTH.shift(1)):
        (workspace.params / "issues" / f"{month}.yaml").write_text("issue_number: 1\n", encoding="utf-8")
    assert _kept(workspace) == {f"params/issues/{MONTH}.yaml"}


def test_no_log_of_another_month_or_of_an_earlier_run_is_looked_into(tmp_path):
    workspace = Workspace(tmp_path)
    own, other = workspace.kernel_log(MONTH), workspace.kernel_log(MONTH.shift(-1))
    made = SimpleNamespace(workspace=workspace, county=SimpleNamespace(month=MONTH))
    assert assembly._log_of(made) == []
    own.parent.mkdir(parents=True)
    for log in (own, other):
        log.write_text("张三丰", encoding="utf-8")
    assert assembly._log_of(made) == [own]
    run._put_aside(own)
    run._put_aside(own)  # a run that wrote nothing
    assert assembly._log_of(made) == []
    assert {path.read_text(encoding="utf-8") for path in own.parent.iterdir()} == {"张三丰"}
    assert len(list(own.parent.iterdir())) == 2
