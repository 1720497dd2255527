"""Months that are well formed and yet cannot be: events after the month of the import."""

from hanbin_lib.ingest.rows import Fault, Rows
from hanbin_lib.months import Month

# What has happened; planned ends and due dates may lie ahead.
_HAPPENED = (
    "identified_month",
    "eliminated_month",
    "first_measure_month",
    "check_month",
    "inspection_month",
)


def check_months(rows: Rows, month: Month) -> None:
    """Add findings for events dated after `month`."""
    for column in rows.sheet.table.columns:
        if column.name in _HAPPENED:
            values = rows.frame[column.name].dt
            late = ((values.year * 12 + values.month - 1) > month.ordinal).to_numpy(bool)
            text = f"“{column.heading}”晚于导入的月份{month.label}"
            action = "核对 --month 是否写错，或更正后重新导出"
            rows.tell(late, Fault("HB-I-205", "时间晚于统计月", text, column.heading, action=action))
