"""The record of runs: appended, and nobody changes it unseen."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from hanbin_lib import audit
from hanbin_lib.errors import HanbinError


@pytest.fixture
def chain(tmp_path):
    path = tmp_path / "audit.jsonl"
    for month in ("2022-07", "2022-08", "2022-09"):
        audit.append(path, f"import {month}", {"文件.xlsx": "ab"}, {"snapshot": month})
    return path


def test_it_reads_back_in_order(chain):
    found = list(audit.records(chain))
    assert [record.action for record in found] == ["import 2022-07", "import 2022-08", "import 2022-09"]
    assert found[1].previous == found[0].sha256


def _changed(lines, number):
    record = json.loads(lines[number])
    record["outputs"] = {"snapshot": "other"}
    return [*lines[:number], json.dumps(record), *lines[number + 1 :]]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: _changed(lines, 1), 2),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[1], lines[0], lines[2]], 1),
        (lambda lines: [*lines, "{}"], 4),
        (lambda lines: [*lines[:2], "not json"], 3),
    ],
    ids=["changed", "taken out", "swapped", "put in", "damaged"],
)
def test_any_change_is_found_where_it_was_made(chain, change, line):
    chain.write_text("\n".join(change(chain.read_text().splitlines())) + "\n", encoding="utf-8")
    with pytest.raises(HanbinError, match="HB-AUD-001") as broken:
        list(audit.records(chain))
    assert f"第{line}行" in broken.value.message


def test_half_a_line_of_a_killed_run_is_no_record_and_breaks_nothing(chain):
    whole = chain.read_bytes()
    for length in (1, 20, len(whole.splitlines()[-1])):
        chain.write_bytes(whole + whole.splitlines()[-1][:length])
        assert len(list(audit.records(chain))) == 3
        audit.append(chain, "import 2022-10", {}, {})
        assert [record.action for record in audit.records(chain)][-1] == "import 2022-10"


def test_a_clock_that_jumps_back_does_not_break_the_chain(chain, monkeypatch):
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(1999, 1, 1, tzinfo=tz)

    monkeypatch.setattr(audit, "datetime", Earlier)
    audit.append(chain, "import 2022-10", {}, {})
    assert [record.at[:4] for record in audit.records(chain)][-1] == "1999"


def test_a_record_waits_for_the_one_before_it(chain):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: audit.append(chain, f"import 2023-{number:02d}", {}, {}), range(1, 9)))
    assert len(list(audit.records(chain))) == 3 + 8
