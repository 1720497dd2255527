"""A new indicator is written in one module: everything else that knows indicators follows."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from support import MONTH

ROOT = Path(__file__).parents[2]
_DEFINITION = (
    "_WEEKLY = (\n",
    (
        '_WEEKLY = (\n    Definition("round_visits_dated", "有日期的到访次数", Unit.VISITS, "有到访日期的记录", "",'
        " IN_MONTH, _ROUNDS),\n"
    ),
)
_COMPUTATION = (
    '    yield count_rows("round_visits",',
    (
        '    dated = scope.select(rows, rows["visited_date"].notna(), villages=True)\n'
        '    yield count_rows("round_visits_dated", month, dated)\n'
        '    yield count_rows("round_visits",'
    ),
)
_ASK = """
import json, sys
from pathlib import Path
sys.path.insert(0, "scripts")
import hanbin_lib, make_docs
from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.cli.trace import trace_lines
from hanbin_lib.disclosure.knowledge import knowledge_of
from hanbin_lib.pooling import pooling_of
from hanbin_lib.workspace import Workspace

name = "round_visits_dated"
bulletin = open_bulletin(sys.argv[2], "610902", workspace=Workspace(Path(sys.argv[1])))
table = bulletin.figures.table
published = table["place_code"].str.len().le(9) & table["month"].eq(sys.argv[2])
own = table[table["indicator"].eq(name) & published].reset_index(drop=True)
print(json.dumps({
    "from": str(Path(hanbin_lib.__file__).parents[1]),
    "value": float(bulletin.figures.value(name)),
    "visits": float(bulletin.figures.value("round_visits")),
    "trace": list(trace_lines(bulletin, name, rows=True)),
    "pooling": pooling_of(name).value,
    "sums": int(knowledge_of(own).is_sum.sum()),
    "page": name in make_docs.indicators_page(),
}, ensure_ascii=False))
"""


def test_list_trace_pooling_disclosure_and_documentation_follow_one_module(demo_workspace, tmp_path):
    for part in ("hanbin_lib", "scripts", "tests/indicators/cases"):
        shutil.copytree(ROOT / part, tmp_path / part)  # with what was compiled
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    module = tmp_path / "hanbin_lib" / "indicators" / "duties.py"
    text = module.read_text(encoding="utf-8")
    for before, after in (_DEFINITION, _COMPUTATION):
        assert text.count(before) == 1
        text = text.replace(before, after)
    module.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(demo_workspace.root), str(MONTH)],
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["from"] == str(tmp_path)
    assert 0 < found["value"] <= found["visits"]
    assert f"逐条　{found['value']:.0f}条" in found["trace"]
    assert (found["pooling"], found["page"]) == ("合计", True)
    assert found["sums"] == 1  # the county is the sum of its towns, and the public edition knows
