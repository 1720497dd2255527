"""Whether the tests would notice: small seeded changes of the code, each tried against its tests.

``make mutants`` changes one comparison, operator or constant at a time (`>` for `>=`, `&` for `|`,
`isna` for `notna`, 12 for 13) in the modules that compute numbers. The tests are collected once and
run once to see which of the places that could be changed each of them computes; every change is then
tried in a fork of that process, by the tests that compute its place, quickest and sharpest first.
What survives is listed; what cannot matter stands with its reason in ``tests/mutants.yaml`` and does
not count.

Which changes a sample has is drawn by each change's own name and the seed, so that the sample of a
commit differs from that of the one before only where the code does. The seed is the version unless
one is given: a new release is judged by new changes.
"""

import argparse
import gc
import hashlib
import os
import pickle
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from mutating import Functions, Mutant, apply, functions, modules, mutants, watch

ROOT = Path(__file__).parents[1]
KNOWN = ROOT / "tests" / "mutants.yaml"
TESTS = (
    "tests/indicators", "tests/statistics", "tests/simulate", "tests/ingest/test_rule_cases.py",
    "tests/disclosure", "tests/pooling", "tests/bulletin/test_asks.py", "tests/bulletin/test_settled.py",
    "tests/bulletin/test_figures.py", "tests/bulletin/test_tested.py", "tests/bulletin/test_front_page.py",
    "tests/bulletin/test_leads.py", "tests/bulletin/test_nothing_said.py",
    "tests/test_yearly_documents.py", "tests/test_months.py",
    "tests/test_places.py", "tests/test_area_changes.py", "tests/test_area_comparison.py",
)  # fmt: skip
# That a whole month stays what it was when places change: slow, and never the one test that notices.
_LEFT_OUT = ("tests/indicators/test_base.py", "tests/indicators/test_changed_places.py")
_DEAR = 1.0  # seconds of a fixture from which on its tests are run one after another


@dataclass
class Found:
    """What the tests do without any change."""

    sites: dict[str, set[str]]  # test -> places and functions that it computes, its fixtures included
    seconds: dict[str, float]  # test -> of its own
    fixture_seconds: dict[str, float]  # test -> of its fixtures
    failed: list[str]
    imported: list[str]


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Trace:
    """Which places each test computes, and how long it takes."""

    sites: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_fixture: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    fixture_seconds: dict[int, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    _now: list[set[str]] = field(default_factory=lambda: [set()])
    _fixtures: float = 0.0

    def see(self, site: str) -> None:
        """Note that a place is computed."""
        self._now[-1].add(site)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Whoever asks for the fixture depends on what it computed, and pays for it."""
        start = time.process_time()
        self._now.append(self.by_fixture[id(fixturedef)])
        yield
        self._now.pop()
        taken = self.fixture_seconds[id(fixturedef)] = time.process_time() - start
        self._fixtures += taken

    def run(self, items: list[pytest.Item]) -> Found:
        """Run all tests once."""
        watch(self.see)
        seconds = {}
        for item, following in zip(items, [*items[1:], None], strict=True):
            start, self._fixtures = time.process_time(), 0.0
            self._now.append(self.sites[item.nodeid])
            if not _passes(item, following):
                self.failed.append(item.nodeid)
            self._now.pop()
            seconds[item.nodeid] = time.process_time() - start - self._fixtures
        fixtures: Counter[str] = Counter()
        for item in items:
            for definitions in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined]
                for one in definitions:
                    self.sites[item.nodeid] |= self.by_fixture[id(one)]
                    fixtures[item.nodeid] += self.fixture_seconds.get(id(one), 0.0)  # type: ignore[assignment]
        return Found(dict(self.sites), seconds, dict(fixtures), self.failed, sorted(sys.modules))


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol  # noqa: PLC0415 - the only way to run one test and know

    reports = runtestprotocol(item, log=False, nextitem=following)
    return not any(report.failed for report in reports)


@dataclass
class Result:
    """What came of a part of the sample."""

    tried: int = 0
    equivalent: int = 0
    survivors: list[Mutant] = field(default_factory=list)


class Trial:
    """The tests, collected once; every change is tried in a fork."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.result = Result()
        self._kills: Counter[tuple[str, str]] = Counter()  # by module and test

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests."""
        sample, whole = chosen(self.options)
        items, trace = session.items, Trace()
        session.config.pluginmanager.register(trace)
        found = begin(lambda: trace.run(items))()
        session.config.pluginmanager.unregister(trace)
        if found is None or found.failed:
            sys.exit(f"these tests fail without any change: {found and found.failed[:5]}")
        if not any(found.sites.values()):
            sys.exit("no place of the library was seen to be computed")
        for name in found.imported:  # once for all that are tried
            with suppress(Exception):
                import_module(name)
        taken = sum(found.seconds.values())
        say(f"{len(items)} tests in {taken:.0f} s; {len(sample)} of {whole} changes to try")
        known = functions()
        gc.freeze()
        workers = self.options.workers
        parts = [
            begin(lambda n=n: self._try(sample[n::workers], items, found, known)) for n in range(workers)
        ]
        for part in parts:
            result = part()
            if result is None:
                sys.exit("a part of the trial ended")
            self.result.tried += result.tried
            self.result.equivalent += result.equivalent
            self.result.survivors += result.survivors
        return True

    def _try(
        self, sample: list[Mutant], items: list[pytest.Item], found: Found, functions: Functions
    ) -> Result:
        result, start = Result(), time.monotonic()
        reasons = yaml.safe_load(KNOWN.read_text(encoding="utf-8")) or {}
        for number, one in enumerate(sample, start=1):
            if one.key in reasons:
                result.equivalent += 1
                continue
            result.tried += 1
            able = self._order(one, _able(one, items, found), found)
            killer = begin(lambda one=one, able=able: _killer(one, able, found, functions), default="ended")()
            if killer is None:
                result.survivors.append(one)
                say(f"survived: {one.key}" + ("" if able else "  (no test enters it)"))
            else:
                self._kills[one.module, killer] += 1
            if number % 20 == 0:
                taken = time.monotonic() - start
                say(f"{number}/{len(sample)}, {len(result.survivors)} survived, {taken:.0f} s")
        return result

    def _order(self, mutant: Mutant, able: list[pytest.Item], found: Found) -> list[pytest.Item]:
        """Most notices a second first; those that share a dear fixture one after another."""

        def worth(item: pytest.Item) -> float:
            spent = 0.01 + found.seconds[item.nodeid] + found.fixture_seconds[item.nodeid]
            return (0.2 + self._kills[mutant.module, item.nodeid]) / spent

        together: dict[object, list[pytest.Item]] = {}
        for item in sorted(able, key=worth, reverse=True):
            is_dear = found.fixture_seconds[item.nodeid] > _DEAR
            together.setdefault(item.path if is_dear else item.nodeid, []).append(item)
        return [item for several in together.values() for item in several]

    @property
    def share(self) -> float:
        """Share of the changes that nothing noticed."""
        return len(self.result.survivors) / self.result.tried if self.result.tried else 0.0


def _killer(mutant: Mutant, able: list[pytest.Item], found: Found, functions: Functions) -> str | None:
    """The test that notices the change; None if none does."""
    try:
        apply(mutant, functions)
    except Exception:  # noqa: BLE001 - code that cannot even be loaded is noticed
        return "loading"
    for item, following in zip(able, [*able[1:], None], strict=False):
        _limit(found.seconds[item.nodeid] + found.fixture_seconds[item.nodeid])
        if not _passes(item, following):
            return item.nodeid
    return None


def _limit(seconds: float) -> None:
    """A change that loops or waits is noticed: the process ends."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    used = own.ru_utime + own.ru_stime
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + 30 + 10 * seconds), resource.RLIM_INFINITY))
    signal.alarm(int(900 + 100 * seconds))  # by the clock only where nothing moves: machines are shared


def _able(mutant: Mutant, items: list[pytest.Item], found: Found) -> list[pytest.Item]:
    """Tests that compute the changed place; where that is done at import, those that enter its function.

    Outside of functions: those that enter its module.
    """
    sites = [(item, found.sites[item.nodeid]) for item in items]
    if mutant.is_within:
        return [item for item, seen in sites if mutant.site in seen]
    whole = f"{mutant.module}::"
    return [item for item, seen in sites if mutant.function_site in seen] or [
        item for item, seen in sites if any(one.startswith(whole) for one in seen)
    ]


def begin(compute: Callable[[], Any], default: object = None) -> Callable[[], Any]:
    """Compute in a process of its own; the result waits for it, and is `default` where that ends before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing), redirect_stderr(nothing):
            try:
                found = pickle.dumps(compute())
            except BaseException:  # noqa: BLE001 - a change may do anything
                os._exit(1)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(found)
        os._exit(0)
    os.close(writing)

    def end() -> Any:
        with os.fdopen(reading, "rb") as pipe:
            found = pipe.read()
        os.waitpid(child, 0)
        return pickle.loads(found) if found else default  # of our own fork

    return end


def say(text: str) -> None:
    """Print past pytest's capture."""
    print(text, file=sys.__stdout__, flush=True)


def chosen(options: argparse.Namespace) -> tuple[list[Mutant], int]:
    """The changes to try, and how many there are."""
    everything = [one for name in modules() if options.only in name for one in mutants(name)]
    if options.again:
        wanted = {
            line.removeprefix("survived: ").removesuffix("  (no test enters it)")
            for line in options.again.read_text(encoding="utf-8").splitlines()
        }
        return [one for one in everything if one.key in wanted], len(everything)
    drawn = sorted(everything, key=lambda one: hashlib.sha256(f"{options.seed} {one.key}".encode()).digest())
    return drawn[options.skip : options.number], len(everything)


class _Quick:
    """Hypothesis: a counterexample is enough, it need not be the smallest."""

    def pytest_collection(self) -> None:
        """After tests/conftest.py has loaded its profile, before a test asks for it."""
        from hypothesis import Phase, settings  # noqa: PLC0415

        settings.register_profile("mutants", settings.default, phases=(Phase.explicit, Phase.generate))
        settings.load_profile("mutants")


def main() -> int:
    """Try a seeded sample; fail where more than the share allowed survives."""
    options = _options()
    os.chdir(ROOT)
    trial = Trial(options)
    quiet = ["-q", "-p", "no:cacheprovider", "-m", "not slow and not browser",
             "--assert=plain", "--timeout=0", "--no-header", "--no-summary", "-W",
             "ignore::pytest.PytestAssertRewriteWarning"]  # fmt: skip
    left_out = [f"--ignore={path}" for path in _LEFT_OUT]
    code = pytest.main([*(options.tests or TESTS), *left_out, *quiet], plugins=[trial, _Quick()])
    if not trial.result.tried:
        return int(code) or 1
    told = f"{len(trial.result.survivors)} survived ({trial.share:.1%}), {trial.result.equivalent} equivalent"
    say(f"{trial.result.tried} mutants, {told}")
    return int(trial.share > options.allowed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", help="instead of all tests of these modules")
    parser.add_argument("--number", type=int, default=300, help="size of the sample")
    parser.add_argument("--skip", type=int, default=0, help="the first ones of the sample were tried before")
    parser.add_argument("--seed", default=version("hanbin"), help="draws the sample; the version by default")
    parser.add_argument("--workers", type=int, default=1, help="processes that try changes side by side")
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument("--again", type=Path, help="try those that this file, printed before, says survived")
    parser.add_argument("--allowed", type=float, default=0.08, help="share that may survive")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
