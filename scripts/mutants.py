"""Whether the tests would notice: small seeded changes of the code, each tried against its tests.

``make mutants`` changes one comparison, operator or constant at a time (`>` for `>=`, `&` for `|`,
`isna` for `notna`, 12 for 13) in the modules that compute numbers. The tests are collected once and
run once to see which functions each of them enters; every change is then tried in a fork of that
process, by the tests that enter the changed function, quickest and sharpest first. What survives is
listed; what cannot matter stands with its reason in ``tests/mutants.yaml`` and does not count.
"""

import argparse
import ast
import copy
import gc
import os
import pickle
import random
import resource
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "hanbin_lib"
KNOWN = ROOT / "tests" / "mutants.yaml"
_CPU_SECONDS = 90  # a mutant that loops is noticed
MODULES = (
    "indicators/*.py", "statistics/*.py", "ingest/rules/*.py", "disclosure/*.py", "pooling/figures.py",
    "pooling/persons.py",
)  # fmt: skip
# Texts and wiring: what they say is checked where it is printed.
_NO_NUMBERS = (
    "__init__.py",
    "absence.py",
    "catalogue.py",
    "definition.py",
    "sources.py",
    "trace.py",
    "model.py",
)
TESTS = (
    "tests/indicators", "tests/statistics", "tests/ingest/test_rule_cases.py", "tests/disclosure",
    "tests/pooling", "tests/test_workdays.py",
)  # fmt: skip

_COMPARISONS = {
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATORS = {
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
_PAIRS = (("gt", "ge"), ("lt", "le"), ("eq", "ne"), ("any", "all"), ("min", "max"), ("isna", "notna"),
          ("minimum", "maximum"), ("floor", "ceil"))  # fmt: skip
_NAMES = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_WORDS = {"first": "last", "last": "first"}


@dataclass(frozen=True)
class Mutant:
    """One change: the module, the number of the changed node in it, its function, and what it reads now."""

    module: str
    node: int
    function: str
    key: str


def modules() -> list[str]:
    """Modules that compute numbers, as paths within the library."""
    found = [path for pattern in MODULES for path in sorted(LIBRARY.glob(pattern))]
    return [str(path.relative_to(LIBRARY)) for path in found if path.name not in _NO_NUMBERS]


@cache
def _source(module: str) -> str:
    return (LIBRARY / module).read_text(encoding="utf-8")


def mutants(module: str) -> Iterator[Mutant]:
    """Every change of a module, in the order of its source."""
    tree = ast.parse(_source(module))
    owners, seen = _owners(tree), Counter[str]()
    for number, node in enumerate(ast.walk(tree)):
        if number not in owners:
            continue
        changed = copy.deepcopy(node)
        if _change(changed):
            owner = owners[number]
            key = f"{module}::{owner}::{ast.unparse(node)} → {ast.unparse(changed)}"
            seen[key] += 1
            yield Mutant(module, number, owner, key if seen[key] == 1 else f"{key} #{seen[key]}")


def _owners(tree: ast.Module) -> dict[int, str]:
    """Number of each node that may be changed -> function it stands in."""
    barred: set[int] = set()
    owner: dict[int, str] = {}

    def visit(node: ast.AST, name: str, *, is_barred: bool) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = f"{name}.{node.name}".lstrip(".")
        owner[id(node)] = name or "module"
        if is_barred:
            barred.add(id(node))
        for part, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child, name, is_barred=is_barred or _is_barred(node, part, child))

    visit(tree, "", is_barred=False)
    return {number: owner[id(node)] for number, node in enumerate(ast.walk(tree)) if id(node) not in barred}


def _is_barred(node: ast.AST, part: str, child: ast.AST) -> bool:
    """Types, decorators, messages, texts and options of libraries are no computation."""
    return (
        part in ("annotation", "returns", "decorator_list", "type_params", "format_spec")
        or isinstance(child, ast.Raise | ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(child, ast.Constant))
        or (isinstance(node, ast.keyword) and node.arg in _OPTIONS)
    )


_OPTIONS = (
    "ignore_index", "index", "columns", "strict", "observed", "copy", "repr", "frozen", "slots", "kind",
    "minlength", "length", "decimals", "init", "eq", "skipna",
)  # fmt: skip


def _change(node: ast.AST) -> bool:
    """Change the node in place; False where there is nothing to change."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        node.ops = [_COMPARISONS[type(node.ops[0])]()]
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in _OPERATORS and not _is_no_number(node):
        node.op = _OPERATORS[type(node.op)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        node.operand = ast.UnaryOp(copy.copy(node.op), node.operand)  # twice is not at all
    elif isinstance(node, ast.Attribute) and node.attr in _NAMES:
        node.attr = _NAMES[node.attr]
    elif isinstance(node, ast.Name) and node.id in ("min", "max", "any", "all"):
        node.id = _NAMES[node.id]
    elif isinstance(node, ast.Constant):
        return _change_constant(node)
    else:
        return False
    return True


def _change_constant(node: ast.Constant) -> bool:
    if isinstance(node.value, bool):
        node.value = not node.value
    elif isinstance(node.value, int | float):
        node.value = node.value + 1
    elif isinstance(node.value, str) and node.value in _WORDS:
        node.value = _WORDS[node.value]
    else:
        return False
    return True


def _is_no_number(node: ast.BinOp | ast.BoolOp) -> bool:
    """Joined texts, lists and dictionaries: the change would only be an error."""
    if isinstance(node, ast.BoolOp):
        return False
    plain = ast.Dict, ast.List, ast.Tuple, ast.JoinedStr, ast.DictComp, ast.ListComp
    sides = node.left, node.right
    return any(
        isinstance(s, plain) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides
    )


_Place = tuple[str, str, int]  # file, qualified name and first line of a function


def _place(code: CodeType) -> _Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def apply(mutant: Mutant, known: dict[_Place, list[FunctionType]]) -> None:
    """Put the changed code into every function that has the old one, changed constants into the modules."""
    path = LIBRARY / mutant.module
    tree = ast.parse(_source(mutant.module))
    _change(list(ast.walk(tree))[mutant.node])
    ast.fix_missing_locations(tree)
    compiled = compile(tree, str(path), "exec")
    for code in _codes(compiled):
        for function in known.get(_place(code), []):
            function.__code__ = code
    name = "hanbin_lib." + mutant.module.removesuffix(".py").replace("/", ".")
    old, new = sys.modules[name], ModuleType(name)
    new.__file__, new.__package__ = old.__file__, old.__package__
    sys.modules[name] = new  # dataclasses look their module up
    exec(compiled, new.__dict__)
    sys.modules[name] = old
    for key, value in vars(new).items():
        if not key.startswith("__") and key in vars(old):
            _take_over(vars(old)[key], value)
            _spread(key, vars(old)[key], value)


def _take_over(old: object, new: object, depth: int = 0) -> None:
    """Give what is known already the changed defaults and values."""
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        if str(old.__globals__.get("__name__")).startswith("hanbin_lib"):
            old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
            for before, after in zip(old.__closure__ or (), new.__closure__ or (), strict=False):
                if isinstance(after.cell_contents, int | float | str | tuple):
                    before.cell_contents = after.cell_contents
        _take_over(getattr(old, "__wrapped__", None), getattr(new, "__wrapped__", None), depth + 1)
    elif depth <= 4 and type(old) is type(new):
        _take_values(old, new)
        for before, after in _parts(old, new):
            _take_over(before, after, depth + 1)


def _take_values(old: object, new: object) -> None:
    """Plain values of a record or a dictionary."""
    if is_dataclass(old) and not isinstance(old, type):
        for one in fields(old):
            before, after = getattr(old, one.name, None), getattr(new, one.name, None)
            if isinstance(before, bool | int | float | str) and before != after:
                object.__setattr__(old, one.name, after)
    elif isinstance(old, dict) and isinstance(new, dict) and repr(old) != repr(new):
        for gone in old.keys() - new.keys():
            del old[gone]
        old.update({k: v for k, v in new.items() if isinstance(v, bool | int | float | str | tuple)})


def _parts(old: object, new: object) -> Iterator[tuple[object, object]]:
    """What lies within two classes, tuples, dictionaries or records, side by side."""
    if isinstance(old, type) and isinstance(new, type):
        yield from ((vars(old).get(key), value) for key, value in vars(new).items())
    elif isinstance(old, property | cached_property | classmethod | staticmethod):
        names = ("fget", "func", "__func__")
        yield from ((getattr(old, name, None), getattr(new, name, None)) for name in names)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from zip(old, new, strict=False)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from ((old[key], new[key]) for key in old.keys() & new.keys())
    elif is_dataclass(old):
        yield from ((getattr(old, f.name, None), getattr(new, f.name, None)) for f in fields(old))


def _spread(key: str, old: object, new: object) -> None:
    """A constant was imported by value: change it in every module that has it."""
    if not key.strip("_").isupper() or repr(old) == repr(new):
        return
    for module in [m for name, m in sys.modules.items() if name.startswith("hanbin_lib")]:
        if vars(module).get(key) is old:
            setattr(module, key, new)


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Trace:
    """Which functions of the library each test enters, its fixtures included, and how long it takes."""

    entered: dict[str, set[_Place]] = field(default_factory=lambda: defaultdict(set))
    by_fixture: dict[int, set[_Place]] = field(default_factory=lambda: defaultdict(set))
    fixture_seconds: dict[int, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: list[str] = field(default_factory=list)
    _now: list[set[_Place]] = field(default_factory=list)

    def __call__(self, frame: FrameType, _event: str, _argument: object) -> None:
        """Note a call."""
        code = frame.f_code
        if self._now and code.co_filename.startswith(str(LIBRARY)):
            self._now[-1].add(_place(code))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Whoever asks for the fixture depends on what it entered, and pays for it."""
        start = time.process_time()
        self._now.append(self.by_fixture[id(fixturedef)])
        yield
        self._now.pop()
        self.fixture_seconds[id(fixturedef)] = time.process_time() - start

    def run(self, items: list[pytest.Item]) -> tuple[dict[str, set[_Place]], dict[str, float], list[str]]:
        """Run all tests once: what each entered, how long it took, and which failed."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            start = time.process_time()
            self._now.append(self.entered[item.nodeid])
            threading.settrace(self)
            sys.settrace(self)
            if not _passes(item, following):
                self.failed.append(item.nodeid)
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            self._now.pop()
            self.seconds[item.nodeid] = time.process_time() - start
        for item in items:
            for definitions in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined]
                for one in definitions:
                    self.entered[item.nodeid] |= self.by_fixture[id(one)]
                    self.seconds[item.nodeid] += self.fixture_seconds.get(id(one), 0.0)
        return dict(self.entered), dict(self.seconds), self.failed


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol  # noqa: PLC0415 - the only way to run one test and know

    reports = runtestprotocol(item, log=False, nextitem=following)
    return not any(report.failed for report in reports)


class Trial:
    """The tests, collected once; every change is tried in a fork."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.survivors: list[Mutant] = []
        self.tried = self.equivalent = 0
        self._kills: Counter[tuple[str, str]] = Counter()  # by module and test

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests."""
        sample, whole = chosen(self.options)
        known = yaml.safe_load(KNOWN.read_text(encoding="utf-8")) or {}
        items, trace = session.items, Trace()
        session.config.pluginmanager.register(trace)
        entered, seconds, failed = in_fork(lambda: trace.run(items))
        session.config.pluginmanager.unregister(trace)
        if failed:
            sys.exit(f"these tests fail without any change: {failed[:5]}")
        say(f"{len(items)} tests in {sum(seconds.values()):.0f} s; {len(sample)} of {whole} changes to try")
        functions = _functions()
        gc.freeze()
        start = time.monotonic()
        for number, one in enumerate(sample, start=1):
            if one.key in known:
                self.equivalent += 1
                continue
            self.tried += 1
            able = [item for item in items if _enters(entered[item.nodeid], one)]
            able.sort(key=lambda item: (-self._kills[one.module, item.nodeid], seconds[item.nodeid]))
            killer = in_fork(lambda one=one, able=able: _killer(one, able, functions), default="ended")
            if killer is None:
                self.survivors.append(one)
                say(f"survived: {one.key}" + ("" if able else "  (no test enters it)"))
            else:
                self._kills[one.module, killer] += 1
            if number % 25 == 0:
                taken = time.monotonic() - start
                say(f"{number}/{len(sample)}, {len(self.survivors)} survived, {taken:.0f} s")
        return True

    @property
    def share(self) -> float:
        """Share of the changes that nothing noticed."""
        return len(self.survivors) / self.tried if self.tried else 0.0


def _killer(
    mutant: Mutant, able: list[pytest.Item], functions: dict[_Place, list[FunctionType]]
) -> str | None:
    """The test that notices the change; None if none does."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    try:
        apply(mutant, functions)
    except Exception:  # noqa: BLE001 - code that cannot even be loaded is noticed
        return "loading"
    for item, following in zip(able, [*able[1:], None], strict=False):
        if not _passes(item, following):
            return item.nodeid
    return None


def _enters(entered: set[_Place], mutant: Mutant) -> bool:
    """Whether a test enters the changed function; outside of functions, whether it enters the module."""
    path = str(LIBRARY / mutant.module)
    here = {name.replace(".<locals>", "") for file, name, _ in entered if file == path}
    name = mutant.function
    is_whole = name == "module" or name[name.rfind(".") + 1].isupper()  # a class
    return bool(here) if is_whole else any(one == name or one.startswith(f"{name}.") for one in here)


def _functions() -> dict[_Place, list[FunctionType]]:
    """All functions of the library that there are, wrapped and bound ones as well."""
    found = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(LIBRARY)):
            found[_place(one.__code__)].append(one)
    return found


def in_fork(compute: Callable[[], Any], default: object = None) -> Any:
    """What `compute` returns in a process of its own; `default` where that ends before."""
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
    with os.fdopen(reading, "rb") as pipe:
        found = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(found) if found else default  # of our own fork


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
    return random.Random(options.seed).sample(everything, min(options.number, len(everything))), len(
        everything
    )


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
    code = pytest.main([*(options.tests or TESTS), *quiet], plugins=[trial, _Quick()])
    if not trial.tried:
        return int(code) or 1
    told = f"{len(trial.survivors)} survived ({trial.share:.1%}), {trial.equivalent} equivalent"
    say(f"{trial.tried} mutants, {told}")
    return int(trial.share > options.allowed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", help="instead of all tests of these modules")
    parser.add_argument("--number", type=int, default=300, help="size of the sample")
    parser.add_argument("--seed", type=int, default=20220930)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument("--again", type=Path, help="try those that this file, printed before, says survived")
    parser.add_argument("--allowed", type=float, default=0.08, help="share that may survive")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
