"""A workspace of months that are published by writing a manifest: no data, no kernel."""

import json

import pytest
from support import new_workspace

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.release import Outcome, Revision, ledger
from hanbin_lib.release.publication import MANIFEST, Published, point


class Office:
    """Publishes months as `release_month` does, and counts what it was asked for."""

    def __init__(self, workspace):
        self.workspace, self.asked, self.without_data = workspace, [], set()

    def release(self, month):
        self.asked.append(str(month))
        if str(month) in self.without_data:
            raise HanbinError("HB-SNP-001", f"{month.label}还没有导入数据", exit_code=ExitCode.INPUT_INVALID)
        folder = self.workspace.reports / str(month)
        folder.mkdir(parents=True, exist_ok=True)
        manifest = {
            "month": str(month), "revision": 1, "snapshot": "aa", "run_key": str(month),
            "documents": {}, "files": {}, "failed": {},
        }  # fmt: skip
        (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        point(self.workspace)
        ledger.enter(self.workspace, Published(folder, manifest), ("全区",))
        return Outcome(folder, made=("全区",), revision=Revision(1))


@pytest.fixture
def office(tmp_path):
    made = Office(new_workspace(tmp_path / "office"))
    made.release(Month(2022, 8))
    made.asked.clear()
    return made
