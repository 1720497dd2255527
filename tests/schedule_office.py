"""Publishes months by writing a manifest: no data, no kernel."""

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.release import Outcome, Revision, ledger
from hanbin_lib.release.publication import publish, settle
from hanbin_lib.release.staging import Staging
from hanbin_lib.state import PublicationManifest


class Office:
    """Publishes months as `release_month` does, and counts what it was asked for."""

    def __init__(self, workspace):
        self.workspace, self.asked, self.without_data = workspace, [], set()
        self.whole_key, self.gaps = "one", {}

    def release(self, month):
        self.asked.append(str(month))
        if str(month) in self.without_data:
            raise HanbinError("HB-SNP-001", f"{month.label}还没有导入数据", exit_code=ExitCode.INPUT_INVALID)
        staging = Staging.of(self.workspace, month, "aa")
        manifest = PublicationManifest(
            month=str(month), revision=1, snapshot="aa", run_key=f"{month} {self.whole_key}",
            whole_key=self.whole_key, documents={}, files={}, failed={}, gaps=self.gaps,
        )  # fmt: skip
        settle(self.workspace)
        published = publish(self.workspace, month, staging, manifest)
        ledger.enter(self.workspace, published, ("全区",))
        return Outcome(published.folder, made=("全区",), revision=Revision(1))
