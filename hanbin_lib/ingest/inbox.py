"""A month's folder: which files are read, and which are left with a word about why."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.formats import TABULAR

_RULE = "HB-I-302"
_TITLE = "未读取的文件"


@dataclass(frozen=True)
class InboxFile:
    """A file to be read, and its content's hash."""

    path: Path
    sha256: str

    @property
    def size(self) -> int:
        """Bytes on disk, 0 where the file is gone."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def content(self) -> bytes | None:
        """The whole file, read once; None where it is no longer the one that was hashed."""
        try:
            before, content, after = self.path.stat(), self.path.read_bytes(), self.path.stat()
        except OSError:
            return None
        same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
        return content if same and sha256(content).hexdigest() == self.sha256 else None


def inbox_files(folder: Path) -> tuple[list[InboxFile], list[Finding]]:
    """Files to be read, by name, and a warning for each that is left.

    Hidden files and the lock files that Excel leaves beside an open workbook (``~$…``) are
    passed over in silence; a second copy of the same download is left with a warning.

    Raises
    ------
    HanbinError
        ``HB-IMP-001`` where the folder does not exist or holds no table.
    """
    if not folder.is_dir():
        raise _nothing(f"找不到文件夹 {folder.name}")
    files: dict[str, InboxFile] = {}
    findings: list[Finding] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            findings.append(_left(path, "子文件夹里的文件没有读取", "要导入的文件请放到上一级"))
        elif path.suffix.lower() not in TABULAR:
            findings.append(_left(path, "不是 Excel 或 CSV 文件，没有读取", "不是数据的文件可以移走"))
        elif (digest := sha256_of(path)) in files:
            text = f"内容与 {files[digest].path.name} 完全相同，没有重复读取"
            findings.append(_left(path, text, "多余的一份可以删去"))
        else:
            files[digest] = InboxFile(path, digest)
    if not files:
        raise _nothing(f"文件夹 {folder.name} 里没有可导入的文件（.xlsx、.xls、.ods、.csv 等）")
    return list(files.values()), findings


def _left(path: Path, message: str, action: str) -> Finding:
    return Finding(Severity.WARNING, _RULE, _TITLE, path.name, message, action)


def _nothing(message: str) -> HanbinError:
    return HanbinError(
        "HB-IMP-001",
        message,
        action="把当月导出的文件放进文件夹后再运行",
        exit_code=ExitCode.INPUT_INVALID,
    )
