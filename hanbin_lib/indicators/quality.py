"""What the checks of the import found in the month's files."""

from collections.abc import Iterator

import pandas as pd

from hanbin_lib.indicators.definition import Definition, Unit, defines
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import Rows, count_rows

_NOW = "本期登记簿导出时"


@defines(
    Definition(
        "data_warnings",
        "数据质量提示条数",
        Unit.FINDINGS,
        "导入核查的提示",
        "",
        _NOW,
        "导入核查记录",
        is_additive=False,
    )
)
def quality_indicators(findings: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Findings by town; one about a whole file belongs to no town, but to the county's list."""
    yield count_rows("data_warnings", scope.month, scope.select(scope.counted(findings), county=findings))
