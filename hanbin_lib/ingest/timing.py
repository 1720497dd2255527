"""Whose month a row is, and what an export made after the month's end says too much.

A month's data are what was known at its end. A ledger's column of months decides whose row it is: rows
of other months are kept apart, so that no figure can reach them. What the register of a later export
says of the month after is taken back; what lies later still cannot be.
"""

from dataclasses import replace

import numpy as np

from hanbin_lib.contract import MEASURES
from hanbin_lib.ingest.findings import Fault, Severity
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.months import Month, ordinals

# What has happened; planned ends and due dates may lie ahead.
_HAPPENED = ("identified_month", "eliminated_month", "first_measure_month")
IDENTIFIED_LATER = "识别时间在统计月以后"
STARTED_LATER = "务工开始时间在统计月以后"
_OTHER = "HB-I-206"
_CUT = "HB-I-207"


def place_in_time(rows: Rows, month: Month) -> None:
    """Keep rows of other months apart, and take the register back to the end of `month`."""
    _keep_apart(rows, month)
    _tell_too_late(rows, month)
    _cut(rows, month)


def _months(rows: Rows, name: str) -> np.ndarray:
    """Months since year 0 (`Month.ordinal`), NaN where there is no date."""
    numbers: np.ndarray = ordinals(rows.frame[name]).to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _keep_apart(rows: Rows, month: Month) -> None:
    name = rows.sheet.table.month
    if not name:
        return
    owner = _months(rows, name)
    other = ~np.isnan(owner) & (owner != month.ordinal)
    if not other.any():
        return
    heading = rows.sheet.table.column(name).heading
    found = {str(Month.from_ordinal(int(n))): owner == n for n in np.unique(owner[other])}
    counted = "、".join(f"{one} {int(mask.sum())}行" for one, mask in found.items())
    text = f"按“{heading}”，{counted}不是{month.label}的，单独存放，不计入本月；此为第一处"
    action = "确是以前月份留下的行，不需要处理；是本月的行，更正月份后重新导入"
    fault = Fault(_OTHER, "其他月份的行", text, heading, Severity.WARNING, action)
    if other.all():
        text = f"按“{heading}”，没有一行是{month.label}的（{counted}）"
        action = "核对文件是否放错了月份的文件夹、--month 是否写错；不是本月的文件移出文件夹"
        fault = replace(fault, message=text, severity=Severity.ERROR, action=action)
    rows.tell_first(other, fault)
    rows.other_months = {one: rows.frame[mask].reset_index(drop=True) for one, mask in found.items()}
    rows.frame = rows.frame[~other].reset_index(drop=True)


def _tell_too_late(rows: Rows, month: Month) -> None:
    """Events after the next month: the export is not this month's, or the date is wrong."""
    for column in rows.sheet.table.columns:
        if column.name in _HAPPENED:
            late = _months(rows, column.name) > month.ordinal + 1
            text = f"“{column.heading}”晚于导入的月份{month.label}"
            action = "核对 --month 是否写错，或更正后重新导出"
            rows.tell(late, Fault("HB-I-205", "时间晚于统计月", text, column.heading, action=action))


def _cut(rows: Rows, month: Month) -> None:
    """Take back what the month after brought: an export made after the month's end knows it already."""
    if rows.sheet.table.name == "migrant_work":
        late = _months(rows, "started_month") > month.ordinal
        _tell_cut(rows, late, "started_month", f"在{month.label}以后才开始，没有存入")
        rows.leave(late, STARTED_LATER)
    if rows.sheet.table.name != "monitored_persons":
        return
    after = month.ordinal + 1
    late = _months(rows, "identified_month") == after
    _tell_cut(rows, late, "identified_month", f"在{month.label}以后，月末还不是监测对象，没有存入")
    rows.leave(late, IDENTIFIED_LATER)
    late = _months(rows, "eliminated_month") == after
    _tell_cut(rows, late, "eliminated_month", f"在{month.label}以后，按月末尚未消除存入")
    rows.frame.loc[late, "is_risk_eliminated"] = False
    rows.frame.loc[late, ["eliminated_month", "elimination_mode"]] = None
    late = _months(rows, "first_measure_month") == after
    _tell_cut(rows, late, "first_measure_month", f"在{month.label}以后，按月末尚无帮扶措施存入")
    rows.frame.loc[late, ["first_measure_month", *MEASURES]] = None


def _tell_cut(rows: Rows, late: Mask, name: str, text: str) -> None:
    heading = rows.sheet.table.column(name).heading
    text = f"{late.sum()}行的“{heading}”{text}；此为第一处"
    action = "导出晚于月末的，按月末截止，不需要处理；月份写错的，更正后重新导入"
    rows.tell_first(late, Fault(_CUT, "按月末截止", text, heading, Severity.WARNING, action))
