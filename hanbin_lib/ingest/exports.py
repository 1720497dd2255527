"""The exported files of a folder and their sheets; what a file is, its first bytes say, not its name."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

import pyarrow as pa

from hanbin_lib.errors import HanbinError, refused_input
from hanbin_lib.files import sha256_of
from hanbin_lib.ingest.containers import Container, HostileFileError
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.grid import Grid
from hanbin_lib.ingest.old_excel import OldExcelError, read_old_excel
from hanbin_lib.ingest.open_document import read_flat_ods, read_ods
from hanbin_lib.ingest.tags import OddXmlError
from hanbin_lib.ingest.text_tables import TextTableError, decoded_head, read_text_table
from hanbin_lib.ingest.xlsb import read_xlsb
from hanbin_lib.ingest.xlsx import read_xlsx

TABULAR = (".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".fods", ".csv", ".tsv")
_PACKED = (".zip", ".rar", ".7z")
# 自定: no office's export comes near; a larger one is split by town.
MOST_FILE_BYTES = 1 << 30
_RULE = "HB-I-101"
_TITLE = "文件打不开"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLDEST = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
_LOCKED = ("文件设有打开密码", "取消密码后重新保存")
_OTHER_FILES = {"word/document.xml": " Word 文档", "ppt/presentation.xml": "幻灯片"}
_ONE_FILE_PAGE = "MIME-Version:"
_FLAT_ODS = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_SPREADSHEETML = "urn:schemas-microsoft-com:office:spreadsheet"
_KEEP_DIGITS = "用 WPS 或 Excel 打开后另存为 .xlsx；编号列若显示成科学计数，不要保存，从原系统重新导出"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OddXmlError,
    ExpatError,
    ParseError,
    LookupError,
    struct.error,
    ValueError,
    StopIteration,
    NotImplementedError,
    OverflowError,
    pa.ArrowInvalid,
)
_LEFT_RULE = "HB-I-302"
_LEFT_TITLE = "未读取的文件"


class UnreadableFileError(Exception):
    """The file is no table that can be read; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


def read_grids(path: Path) -> list[Grid]:
    """All sheets of a file; see `grids_of`."""
    check_size(path)
    return grids_of(path.name, path.read_bytes())


def check_size(path: Path) -> None:
    """Raise `UnreadableFileError` where a file is larger than is read into memory."""
    if path.is_file() and path.stat().st_size > MOST_FILE_BYTES:
        raise unreadable(path.name, "文件太大", "按镇分开导出")


def grids_of(file: str, content: bytes) -> list[Grid]:
    """All sheets of a file that was read.

    Raises
    ------
    UnreadableFileError
        Empty, damaged, encrypted, hostile, or of unknown form or encoding.
    """
    if not content[:64].strip():
        raise unreadable(file, "文件是空的", "重新导出该文件")
    if content.startswith(_ZIP):
        return _guarded(file, _read_zip, content)
    if content.startswith((_OLE, *_OLDEST)):
        return _read_ole(file, content)
    return _read_text(file, content)


def _guarded(file: str, read: Callable[[bytes, str], list[Grid]], content: bytes) -> list[Grid]:
    try:
        return read(content, file)
    except HostileFileError as error:
        raise unreadable(file, f"{error}，没有打开", _KEEP_DIGITS) from error
    except _DAMAGED as error:
        raise unreadable(file, "文件不完整或已损坏", "重新导出或重新拷贝该文件") from error


def _read_zip(content: bytes, file: str) -> list[Grid]:
    container = Container(content)
    if "META-INF/manifest.xml" in container and b"encryption-data" in container.read("META-INF/manifest.xml"):
        raise unreadable(file, *_LOCKED)
    if other := next((what for part, what in _OTHER_FILES.items() if part in container), ""):
        action = "把里面的表格复制到 Excel 工作簿，编号各列先设为“文本”，保存后再导入"
        raise unreadable(file, f"是{other}，不是工作簿", action)
    if "content.xml" in container:
        return read_ods(container, file)
    if "_rels/.rels" not in container:
        raise unreadable(file, "是压缩包，不是工作簿", "解压后，把里面的文件放进文件夹")
    if "xl/workbook.bin" in container:
        return read_xlsb(container, file)
    return read_xlsx(container, file)


def _read_ole(file: str, content: bytes) -> list[Grid]:
    """Old .xls; an encrypted .xlsx wears the same coat."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise unreadable(file, *_LOCKED)
    try:
        return read_old_excel(content, file)
    except OldExcelError as error:
        raise unreadable(file, str(error), _KEEP_DIGITS) from error


def _read_text(file: str, content: bytes) -> list[Grid]:
    try:
        head = decoded_head(content)
        if head.lstrip("\ufeff").startswith(_ONE_FILE_PAGE):
            raise unreadable(file, "是单个文件网页（.mht）", _KEEP_DIGITS)
        if not head.lstrip("\ufeff \r\n\t").startswith("<"):
            return [read_text_table(content, file)]
        if _FLAT_ODS in head and "<office:document" in head:
            return _guarded(file, read_flat_ods, content)
        from hanbin_lib.ingest import markup  # noqa: PLC0415 - lxml: seldom needed, slow to load

        read = markup.read_spreadsheetml if _SPREADSHEETML in head else markup.read_html
        return _guarded(file, read, content)
    except TextTableError as error:
        raise unreadable(file, str(error), error.action or _KEEP_DIGITS) from error


def unreadable(file: str, message: str, action: str) -> UnreadableFileError:
    """Error for a file that cannot be read."""
    return UnreadableFileError(Finding(Severity.ERROR, _RULE, _TITLE, file, message, action))


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
    _check_folder(folder)
    files: dict[str, InboxFile] = {}
    findings: list[Finding] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            findings.append(_left(path, "子文件夹里的文件没有读取", "要导入的文件请放到上一级"))
        elif path.suffix.lower() not in TABULAR:
            findings.append(_left(path, "不是 Excel 或 CSV 文件，没有读取", _what_to_do(path)))
        elif (digest := sha256_of(path)) in files:
            text = f"内容与 {files[digest].path.name} 完全相同，没有重复读取"
            findings.append(_left(path, text, "多余的一份可以删去"))
        else:
            files[digest] = InboxFile(path, digest)
    if not files:
        raise _nothing(
            f"文件夹 {folder.name} 里没有可导入的文件（.xlsx、.xls、.et、.ods、.csv 等；压缩包先解压）"
        )
    return list(files.values()), findings


def _check_folder(folder: Path) -> None:
    if folder.is_file():
        raise _nothing(f"{folder.name} 是一个文件；导入的是装有整月文件的文件夹")
    if not folder.is_dir():
        raise _nothing(f"找不到文件夹 {folder.name}")


def _what_to_do(path: Path) -> str:
    if path.suffix.lower() in _PACKED:
        return "里面是要导入的文件的，解压到这个文件夹后再导入"
    return "不是数据的可以移走；是用制表符或逗号分列的文本（.txt），把扩展名改成 .csv 后再导入"


def _left(path: Path, message: str, action: str) -> Finding:
    return Finding(Severity.WARNING, _LEFT_RULE, _LEFT_TITLE, path.name, message, action)


def _nothing(message: str) -> HanbinError:
    return refused_input("HB-IMP-001", message, "把当月导出的文件放进文件夹后再运行")
