"""Whether the tests would notice: small seeded changes of the code, each tried against its tests.

``make mutants`` changes one comparison, operator or constant at a time (`>` for `>=`, `&` for `|`,
`isna` for `notna`, 12 for 13) in the modules that compute numbers, and runs the tests named in
`TARGETS` in a fork of one prepared process. What survives is listed; what cannot matter stands with
its reason in ``tests/mutants.yaml`` and does not count.
"""

import argparse
import ast
import copy
import importlib
import io
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType

import yaml

ROOT = Path(__file__).parents[1]
KNOWN = ROOT / "tests" / "mutants.yaml"
_CPU_SECONDS = 90  # a mutant that loops is noticed
_I, _S = "tests/indicators/", "tests/statistics/"
_CASES, _RECOUNTS = f"{_I}test_cases.py", f"{_I}test_recounts.py"


_HOMES = "register or able or phone_contact"
_PROBLEMS = "problem or rect or rebound"


def _indicator(chapter: str, recounts: str, *more: str) -> list[list[str]]:
    """The chapter's boundary tables first: they are quick and kill most."""
    return [[_CASES, "-k", chapter], [_RECOUNTS, "-k", recounts], *([one] for one in more)]


_RULES = [["tests/ingest/test_rule_cases.py"]]
_DISCLOSURE = [["tests/disclosure"]]
# What notices a change of a module, quickest first.
TARGETS: dict[str, list[list[str]]] = {
    "indicators/register.py": _indicator(
        "1-monitoring", "monitored or eliminated or open_risk or new_", f"{_I}test_register.py"
    ),
    "indicators/support.py": _indicator("1-monitoring", "measure", f"{_I}test_support.py"),
    "indicators/homes.py": _indicator(
        "2-safeguards or 3-checks or 4-livelihood", "register or able or phone_contact"
    ),
    "indicators/safeguards.py": _indicator("2-safeguards", "register or safeguard"),
    "indicators/phone.py": _indicator("3-checks", "phone", f"{_I}test_phone.py"),
    "indicators/inspections.py": _indicator("3-checks", "inspection"),
    "indicators/rectification.py": _indicator(
        "3-checks", "problem or rect or rebound", f"{_I}test_rectification.py"
    ),
    "indicators/income.py": _indicator("4-livelihood", "income or line or fgt", f"{_I}test_income.py"),
    "indicators/work.py": _indicator("4-livelihood", "workers or worker or able or post or workshop"),
    "indicators/funds.py": _indicator("5-funds", "project or collective"),
    "indicators/rounds.py": _indicator("6-duties", "round or weeks or unvisited"),
    "indicators/duties.py": _indicator("6-duties", "task or duties"),
    "indicators/ranking.py": _indicator("6-duties", "score or rank or front or back", f"{_I}test_ranking.py"),
    "indicators/scope.py": _indicator("1-monitoring or 3-checks", "monitored or problems"),
    "indicators/table.py": _indicator("1-monitoring or 4-livelihood", "measure"),
    "indicators/identities.py": [[f"{_I}test_identities.py"]],
    "statistics/poverty.py": [[f"{_S}test_poverty.py"]],
    "statistics/proportions.py": [[f"{_S}test_proportions.py"]],
    "statistics/ranks.py": [[f"{_S}test_ranks.py"], [_RECOUNTS, "-k", "front or back"]],
    "statistics/survey.py": [[f"{_S}test_survey.py"], [_RECOUNTS, "-k", "inspection"]],
    "statistics/survey_share.py": [[f"{_S}test_survey_share.py"], [_RECOUNTS, "-k", "phone"]],
    "statistics/survival.py": [[f"{_S}test_survival.py"], [_CASES, "-k", "1-monitoring"]],
    "statistics/chance.py": [[f"{_S}test_chance.py"]],
    "ingest/rules/times.py": _RULES,
    "ingest/rules/causes.py": _RULES,
    "ingest/rules/outcomes.py": _RULES,
    "ingest/rules/persons.py": _RULES,
    "ingest/rules/work.py": _RULES,
    "ingest/rules/bureau.py": _RULES,
    "disclosure/suppression.py": _DISCLOSURE,
    "disclosure/relations.py": _DISCLOSURE,
    "disclosure/edition.py": _DISCLOSURE,
    "pooling/figures.py": [["tests/pooling/test_figures.py"]],
    "pooling/persons.py": [["tests/pooling/test_persons.py"]],
}

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
    """One change: the module, the number of the changed node in it, and what it reads now."""

    module: str
    node: int
    key: str


def mutants(module: str) -> Iterator[Mutant]:
    """Every change of a module, in the order of its source."""
    tree = ast.parse((ROOT / "hanbin_lib" / module).read_text(encoding="utf-8"))
    owners, seen = _owners(tree), Counter[str]()
    for number, node in enumerate(ast.walk(tree)):
        if number not in owners:
            continue
        changed = copy.deepcopy(node)
        if _change(changed):
            key = f"{module}::{owners[number]}::{ast.unparse(node)} → {ast.unparse(changed)}"
            seen[key] += 1
            yield Mutant(module, number, key if seen[key] == 1 else f"{key} #{seen[key]}")


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
        for field, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child, name, is_barred=is_barred or _is_barred(node, field, child))

    visit(tree, "", is_barred=False)
    return {number: owner[id(node)] for number, node in enumerate(ast.walk(tree)) if id(node) not in barred}


def _is_barred(node: ast.AST, field: str, child: ast.AST) -> bool:
    """Types, decorators, messages, texts and options of libraries are no computation."""
    return (
        field in ("annotation", "returns", "decorator_list", "type_params", "format_spec")
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


def apply(mutant: Mutant) -> None:
    """Put the changed code into the imported module, wherever its functions are known by now."""
    path = ROOT / "hanbin_lib" / mutant.module
    tree = ast.parse(path.read_text(encoding="utf-8"))
    _change(list(ast.walk(tree))[mutant.node])
    ast.fix_missing_locations(tree)
    name = "hanbin_lib." + mutant.module.removesuffix(".py").replace("/", ".")
    old = sys.modules[name]
    new = ModuleType(name)
    new.__file__, new.__package__ = old.__file__, old.__package__
    sys.modules[name] = new  # dataclasses look their module up
    exec(compile(tree, str(path), "exec"), new.__dict__)
    sys.modules[name] = old
    for key, value in vars(new).items():
        if not key.startswith("__"):
            _replace(vars(old).get(key), value)
            _spread(vars(old).get(key), value)


def _replace(old: object, new: object, depth: int = 0) -> None:
    """Give the functions that are known already the changed code."""
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__
    elif depth <= 4 and type(old) is type(new):
        for one, other in _parts(old, new):
            _replace(one, other, depth + 1)


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


def _spread(old: object, new: object) -> None:
    """A constant was imported by value: change it in every module that has it."""
    if not isinstance(old, int | float | str | tuple) or type(old) is not type(new) or old == new:
        return
    for module in [m for name, m in sys.modules.items() if name.startswith("hanbin_lib")]:
        for key, value in list(vars(module).items()):
            if value is old and key.strip("_").isupper():
                setattr(module, key, new)


def survives(mutant: Mutant | None, steps: list[list[str]]) -> bool:
    """Whether all steps pass with the change (or without any)."""
    child = os.fork()
    if child == 0:
        os._exit(_tried(mutant, steps))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _tried(mutant: Mutant | None, steps: list[list[str]]) -> int:
    import pytest  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()):
        try:
            if mutant is not None:
                apply(mutant)
        except BaseException:  # noqa: BLE001 - code that cannot even be loaded is noticed
            return 1
        quick = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow and not browser", "--assert=plain",
             "-W", "ignore::pytest.PytestAssertRewriteWarning"]  # fmt: skip
        code = 0
        for step in steps:
            code = code or int(pytest.main([*step, *quick]))
    if mutant is None and code:
        sys.stderr.write(out.getvalue()[-3000:])
    return code


_HEAVY = (
    "pytest", "hypothesis", "scipy.stats", "statsmodels.stats.proportion", "statsmodels.duration.survfunc",
    "pandera.pandas", "hanbin_lib.ingest", "hanbin_demo",
)  # fmt: skip


def _prepare() -> None:
    """Import once what every fork needs."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    for name in _HEAVY:
        importlib.import_module(name)
    for module in TARGETS:
        importlib.import_module("hanbin_lib." + module.removesuffix(".py").replace("/", "."))


def main() -> int:
    """Try a seeded sample; fail where more than the share allowed survives."""
    options = _options()
    os.chdir(ROOT)
    chosen = {name: steps for name, steps in TARGETS.items() if options.only in name}
    everything = [one for name in chosen for one in mutants(name)]
    sample = random.Random(options.seed).sample(everything, min(options.number, len(everything)))
    known = yaml.safe_load(KNOWN.read_text(encoding="utf-8")) or {}
    _prepare()
    part, parts = options.part
    sample = sample[part::parts]
    for steps in {str(chosen[one.module]): chosen[one.module] for one in sample}.values():
        only = [[*step, "--collect-only"] for step in steps] if options.trusting else steps
        if not survives(None, only):
            sys.exit(f"these tests fail (or there are none) without any change: {steps}")
    survivors, equivalent, start = [], 0, time.monotonic()
    for number, one in enumerate(sample, start=1):
        if one.key in known:
            equivalent += 1
        elif survives(one, chosen[one.module]):
            survivors.append(one)
            print(f"survived: {one.key}", flush=True)
        if number % 25 == 0:
            print(
                f"{number}/{len(sample)}, {len(survivors)} survived, {time.monotonic() - start:.0f} s",
                flush=True,
            )
    tried = len(sample) - equivalent
    share = len(survivors) / tried if tried else 0.0
    told = f"{len(survivors)} survived ({share:.1%}), {equivalent} equivalent"
    print(f"{tried} mutants of {len(everything)}, {told}")
    return int(share > options.allowed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300, help="size of the sample")
    parser.add_argument("--seed", type=int, default=20220930)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument(
        "--part", type=lambda text: tuple(map(int, text.split("/"))), default=(0, 1), help="0/2, 1/2: halves"
    )
    parser.add_argument("--trusting", action="store_true", help="the tests were just run and passed")
    parser.add_argument("--allowed", type=float, default=0.08, help="share that may survive")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
