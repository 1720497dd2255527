"""Files of another month: an export has no column that says its month, and may lie in the wrong folder."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from hanbin_lib import snapshots
from hanbin_lib.contract import TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.months import Month
from hanbin_lib.snapshots import Source
from hanbin_lib.workspace import Workspace

_REGISTER = "monitored_persons"


def stated_earlier(sheets: Iterable[Rows], month: Month) -> Iterator[Finding]:
    """A warning for each export that says, in its name or above its headings, a day before the month."""
    for sheet in (rows.sheet for rows in sheets):
        day = sheet.stated
        if sheet.table.national and day is not None and day < date(month.year, month.number, 1):
            yield Finding(
                Severity.WARNING,
                "HB-I-407",
                "文件的日期早于本月",
                sheet.grid.file,
                f"文件名或表头上方写的日期是{day}，早于{month.label}：像是以前月份的文件",
                "核对是不是放错了月份；确是本月的不影响导入",
                sheet=sheet.grid.sheet,
                table=sheet.table.name,
            )


def same_register(sources: Sequence[Source], workspace: Workspace, month: Month) -> Iterator[Finding]:
    """An error for each file of the register that is, byte for byte, that of the month before or after."""
    for other in (month.shift(-1), month.shift(1)):
        kept = snapshots.find(workspace, other)
        known = {one.sha256 for one in kept.manifest.sources if one.table == _REGISTER} if kept else set()
        for source in sources:
            if source.table == _REGISTER and source.sha256 in known:
                yield Finding(
                    Severity.ERROR,
                    "HB-I-406",
                    "与别的月份是同一个文件",
                    source.file,
                    f"“{TABLES[_REGISTER].title}”与{other.label}导入的是同一个文件",
                    f"换成{month.label}的；{other.label}放错了的，先更正那个月；确实没有变化的，重新导出一次",
                    table=_REGISTER,
                )
