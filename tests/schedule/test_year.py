"""A year and more without a person who looks: `hanbin due` every day, faults at random, nothing broken.

Everything is real but the figures and the documents: a document is its key, written into its files.
"""

import errno
import os
import random
import re
import shutil
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from support import new_workspace
from typer.testing import CliRunner

from hanbin_lib import audit, snapshots
from hanbin_lib.bulletin.month_inputs import Models
from hanbin_lib.cli.main import app
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.kernels.forked import SWITCH
from hanbin_lib.months import Month
from hanbin_lib.params import Issue, Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.release import ledger, run
from hanbin_lib.release.archive import ARCHIVE
from hanbin_lib.release.publication import INPUTS, MANIFEST, Published
from hanbin_lib.snapshots import Manifest

AREAS = ("610902", "610902110", "610902111")
FIRST, DAYS = date(2022, 10, 1), 400
FIRST_MONTH = Month(2022, 9)
NOTEBOOK = nbformat.writes(nbformat.v4.new_notebook())
TABLE = pd.DataFrame({"village": ["a", "b"]}).to_parquet()


class Killed(BaseException):
    """The process is gone."""


class Office:
    """A workspace, what happened to it, and what is broken in it now."""

    def __init__(self, workspace, seed, monkeypatch):
        self.workspace, self.chance, self.patch = workspace, random.Random(seed), monkeypatch
        self.faults, self.broken, self.failing = Counter(), {}, set()
        self.known = self._known_parts()
        monkeypatch.setenv(SWITCH, "0")  # no document is made: no parent is needed
        monkeypatch.setattr(run, "open_bulletin", self.open_bulletin)
        monkeypatch.setattr(run, "check_figures", lambda *_: None)
        monkeypatch.setattr(run, "write_index", lambda *_: None)
        monkeypatch.setattr(run, "over_budget", lambda *_: ())
        monkeypatch.setattr("hanbin_lib.release.index.write_index", lambda *_: None)
        monkeypatch.setattr(run, "month_guard", lambda *_: None)
        for name in ("guard_files", "guard_entries"):
            monkeypatch.setattr(f"hanbin_lib.release.assembly.{name}", lambda *_: None)
        monkeypatch.setattr(
            "hanbin_lib.release.assembly.inputs_archive", lambda *_: b"PK\x05\x06" + b"\0" * 18
        )
        monkeypatch.setattr("hanbin_lib.release.execution.side_by_side", lambda _workers: self.make)
        monkeypatch.setattr("hanbin_lib.release.run.side_by_side", lambda: self.make)

    def _known_parts(self):
        settings = Settings.load(self.workspace)
        register = AreaRegister.read(self.workspace.params / "areas.csv")
        return {"settings": settings, "models": Models.load(self.workspace, register), "register": register}

    def open_bulletin(self, month, place, *, workspace, **_):
        """As much of a bulletin as planning and publishing ask for."""
        wanted = Month.parse(month)
        current = snapshots.latest(workspace, wanted)
        before = wanted.shift(-11).until(wanted.shift(-1))
        earlier, damaged = snapshots.earlier(workspace, before, self.known["register"])
        ids = {str(m): s.id for m, s in sorted(earlier.items())} | {month: current.id}
        figures = pd.DataFrame({"indicator": ["n"], "month": [month], "value": [1.0]})
        return SimpleNamespace(
            month=wanted, place=place, snapshot=current, settings=self.known["settings"], issue=Issue(),
            sources=SimpleNamespace(ids=ids, damaged=damaged, let_go=lambda: None), models=self.known["models"], forecasts=(),
            scope=SimpleNamespace(upper_places=AREAS, register=self.known["register"]),
            figures=SimpleNamespace(table=figures), assessed_goals=(), is_public=False, handed_out=None,
        )  # fmt: skip

    def make(self, _workspace, _county, todo, staging, _progress, *, retries, finished):
        failed = {}
        for document in todo:
            if document.area in self.failing:
                failed[document.name] = HanbinError("HB-NBK-002", "x", exit_code=ExitCode.NOTEBOOK_FAILED)
                continue
            for name in document.files:
                (staging / name).write_text(NOTEBOOK if name.endswith(".ipynb") else document.key * 20)
            finished(document)
        return failed

    def import_month(self, month, version):
        manifest = Manifest(id=version, month=str(month), is_demonstration=True, program="p", sources=())
        snapshots.store(self.workspace, manifest, {"monitored_households": TABLE})
        if snapshots.make_current(self.workspace, month, version):
            audit.append(self.workspace.audit, f"import {month}", {}, {"snapshot": version})

    def call(self, *arguments):
        """What a command says: its own end, an error with a code, or the kill that was meant."""
        done = CliRunner().invoke(app, [*arguments, "--workspace", str(self.workspace.root)])
        raised = done.exception
        assert raised is None or isinstance(raised, SystemExit | HanbinError | Killed), (
            arguments,
            repr(raised),
        )
        assert "HB-INT-001" not in f"{done.output}{raised}", f"{done.output}{raised}"
        if isinstance(raised, HanbinError):
            assert re.fullmatch(r"HB-[A-Z]{2,3}-\d{3}", raised.code)
        return done


def _after(chance, most, error):
    """A call of the system that goes wrong from some call on."""
    count, real = chance.randrange(1, most), os.fsync

    def fsync(descriptor):
        nonlocal count
        count -= 1
        if count < 0:
            raise error
        real(descriptor)

    return fsync


def _disk_full(office, call):
    with office.patch.context() as patched:
        patched.setattr(
            os, "fsync", _after(office.chance, 40, OSError(errno.ENOSPC, "No space left on device"))
        )
        call()


def _killed(office, call):
    with office.patch.context() as patched:
        patched.setattr(os, "fsync", _after(office.chance, 40, Killed()))
        with suppress(Killed):
            call()


def _documents_fail(office, call):
    office.failing = {office.chance.choice(AREAS)}
    call()
    office.failing = set()


def _robot_is_down(office, call):
    path = office.workspace.params / "notify.yaml"
    path.write_text(
        office.chance.choice(["command: [no-such-program]\n", "command: [\n", "mail: {}\n"]), "utf-8"
    )
    call()
    path.unlink()


def _damage(office, call):
    """One file of state is no longer what a run wrote."""
    space, chance = office.workspace, office.chance
    months = [path.name for path in sorted(space.reports.glob("20*"))]
    targets = [
        space.reports / "latest.json",
        *(space.store.glob("*/versions.jsonl")),
        *(space.store.glob("*/*/manifest.json")),
    ]
    targets += [space.reports / month / name for month in months for name in (MANIFEST, INPUTS, ARCHIVE)]
    targets += [space.audit] * 2
    there = [one for one in targets if one.is_file()]
    if not there:
        call()
        return
    path = chance.choice(there)
    content = path.read_bytes()
    half = content[: chance.randrange(len(content))] if content else b""
    path.write_bytes(chance.choice([b"", b"{}", b"[]\n", half, bytes(chance.randbytes(50)) + b"\n"]))
    office.broken[path] = content
    call()


FAULTS = {
    "disk full": _disk_full, "killed": _killed, "documents fail": _documents_fail,
    "robot down": _robot_is_down, "damaged state": _damage, "damaged state again": _damage,
    "clock back": None,
}  # fmt: skip


def _repair(office):
    """A person comes: state is made again; what only a person has (exports) is imported again."""
    office.call("doctor", "--repair", "--yes")
    for month in snapshots.months(office.workspace):
        if snapshots.find(office.workspace, month) is None:
            office.import_month(month, office.versions[month])
    office.call("doctor", "--repair", "--yes")
    office.broken.clear()


def _violations(office, was_entered):
    """What must hold every day, where nothing is broken for now."""
    space = office.workspace
    broken = {path.parent.name for path in office.broken} | {path.name for path in office.broken}
    for path in sorted(space.reports.glob("20*")):
        published = Published.read(space, Month.parse(path.name))
        if path.name not in broken and (published is None or not published.is_as_published):
            yield f"{path.name} is not whole"
    if "audit.jsonl" in broken:
        return
    entries = ledger.entries(space)
    for path in sorted(space.reports.glob("20*")):
        published = Published.read(space, Month.parse(path.name))
        last = ledger.last(space, Month.parse(path.name))
        if (
            path.name not in broken
            and was_entered
            and published
            and (not last or last.manifest != published.sha256)
        ):
            yield f"{path.name} is not as entered"
    complete = Counter((str(e.month), e.revision, e.manifest) for e in entries if not e.has_gaps)
    yield from (
        f"{key} was published twice" for key, count in complete.items() if count > 1 and not office.repaired
    )


def _is_within_retention(office):
    months = sorted(space for space in office.workspace.reports.glob("20*"))
    open_ones = [one for one in months[:-2] if any(one.glob("*.html"))]
    sites = list((office.workspace.reports / ".staging").glob("*"))
    return len(open_ones) <= 2 and len(sites) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_year_and_more_of_days_with_faults(tmp_path, monkeypatch, seed):
    workspace = new_workspace(tmp_path / "office")
    batch = workspace.params / "batch.yaml"
    text = batch.read_text(encoding="utf-8").replace("first_month: null", f'first_month: "{FIRST_MONTH}"')
    batch.write_text(text, encoding="utf-8")
    office = Office(workspace, seed, monkeypatch)
    office.versions, office.repaired = {}, False
    arrives = {}
    violations = []
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        _data_come(office, day, arrives)
        called, fault = day, None
        if office.chance.random() < 0.25:
            fault = office.chance.choice(sorted(FAULTS))
            office.faults[fault] += 1
        if fault == "clock back":
            called = day - timedelta(days=office.chance.randrange(1, 900))

        def call(called=called):
            return office.call("due", "--notify", "--today", str(called))

        before = len(office.broken)
        FAULTS[fault](office, call) if fault and FAULTS[fault] else call()
        undisturbed = fault not in {"killed", "disk full"} and len(office.broken) == before == 0
        violations += [f"{day} {fault}: {one}" for one in _violations(office, undisturbed)]
        if office.broken and office.chance.random() < 0.3:
            _repair(office)
            office.repaired = True
    _repair(office)
    office.call("due", "--today", str(day))
    office.call("due", "--today", str(day))
    violations += list(_violations(office, True))
    closed = FIRST_MONTH.until(Month(day.year, day.month).shift(-1))
    with_data = [month for month in closed if month in office.versions]
    assert [m for m in with_data if Published.read(workspace, m) is None] == []
    told = office.call("health", "--today", str(day)).output
    assert [month for month in with_data if month.label in told] == []
    assert "校正系统时间" in office.call("health", "--today", str(FIRST)).output
    assert _is_within_retention(office)
    print(
        f"seed {seed}: {sum(office.faults.values())} faults {dict(office.faults)}, {len(violations)} violations"
    )
    assert violations == []
    shutil.rmtree(workspace.root)


def _data_come(office, day, arrives):
    """A month's exports come some days after its end, or late, or corrected once more."""
    month = Month(day.year, day.month).shift(-1)
    if month not in arrives:
        arrives[month] = day + timedelta(days=office.chance.choice([0, 1, 3, 8, 20, 45]))
    for one, when in arrives.items():
        if (
            day >= when
            and one not in office.versions
            and not any(p.name == "audit.jsonl" for p in office.broken)
        ):
            office.versions[one] = f"{one}".replace("-", "") + "aa"
            office.import_month(one, office.versions[one])


CHANGES = {
    "parameter": lambda office: office.workspace.params / "issues" / "2022-09.yaml",
    "notebook": lambda office: next(office.workspace.notebooks.glob("*.ipynb")),
    "document": lambda office: next((office.workspace.reports / "2022-09").glob("610902110*.pdf")),
    "figures": lambda office: office.workspace.reports / "2022-09" / "indicators.csv",
    "pointer": lambda office: office.workspace.reports / "latest.json",
    "page": lambda office: office.workspace.reports / "index.html",
    "record": lambda office: office.workspace.audit,
    "killed run": lambda office: office.workspace.reports / ".staging" / f"2022-09-{'a' * 16}" / "x",
    "data": lambda office: next(
        office.workspace.store.rglob("*.parquet")
    ),  # the last: its time is another one
}


def test_a_month_that_stands_is_told_without_opening_it(tmp_path, monkeypatch):
    office = Office(new_workspace(tmp_path / "office"), 1, monkeypatch)
    office.import_month(FIRST_MONTH, "a" * 16)
    assert "新生成 3 份" in office.call("bulletin", "2022-09").output

    def opened(*_, **__):
        raise HanbinError("HB-XXX-001", "opened", exit_code=ExitCode.USAGE)

    monkeypatch.setattr("hanbin_lib.release.release_month", opened, raising=False)
    said = office.call("bulletin", "2022-09")
    assert said.exit_code == 0
    assert "已是最新，共 3 份" in said.output
    for name, where in CHANGES.items():
        path = where(office)
        before = path.read_bytes() if path.is_file() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((before or b"") + b" ")
        assert "HB-XXX-001" in str(office.call("bulletin", "2022-09").exception), name
        if name == "killed run":
            shutil.rmtree(path.parent)
        elif before is None:
            path.unlink()
        else:
            path.write_bytes(before)
    assert "HB-XXX-001" in str(office.call("bulletin", "2022-09", "--area", "610902110").exception)
