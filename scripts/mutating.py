"""Small changes of the code: which there are, and how one is made in a running process.

`watch` tells which of the places that could be changed are computed.
"""

import ast
import builtins
import copy
import gc
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

LIBRARY = Path(__file__).parents[1] / "hanbin_lib"
MODULES = (
    "indicators/*.py", "statistics/*.py", "simulate/*.py", "ingest/rules/*.py", "disclosure/*.py",
    "pooling/figures.py", "bulletin/asks.py", "bulletin/settled.py", "bulletin/figures.py",
    "bulletin/tested.py", "months.py", "yearly_documents.py", "places.py", "area_comparison.py",
)  # fmt: skip
# Texts and wiring: what they say is checked where it is printed.
_NO_NUMBERS = (
    "__init__.py",
    "absence.py",
)

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
    """One change: the module, the number of the changed node in it, its function, and what it reads now.

    What is not computed within a function is computed when the module is imported.
    """

    module: str
    node: int
    function: str
    key: str
    is_within: bool

    @property
    def site(self) -> str:
        """The changed place, as a test that computes it is told (see `watch`)."""
        return f"{self.module}::{self.node}"

    @property
    def function_site(self) -> str:
        """Its function."""
        return f"{self.module}::{self.function}"


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
    owners, within, seen = _owners(tree), _within(tree), Counter[str]()
    for number, node in enumerate(ast.walk(tree)):
        if number not in owners:
            continue
        changed = copy.copy(node)  # a change is of the node itself
        if _change(changed):
            owner = owners[number]
            key = f"{module}::{owner}::{ast.unparse(node)} → {ast.unparse(changed)}"
            seen[key] += 1
            key = key if seen[key] == 1 else f"{key} #{seen[key]}"
            yield Mutant(module, number, owner, key, node in within)


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


def _within(tree: ast.Module) -> set[ast.AST]:
    """All that is computed when a function is called."""
    bodies = [
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for part in (node.body if isinstance(node.body, list) else [node.body])
    ]
    return {node for body in bodies for node in ast.walk(body)}


def _is_barred(node: ast.AST, part: str, child: ast.AST) -> bool:
    """Types, decorators, messages, texts and options of libraries are no computation.

    Members of an enumeration cannot be changed once it is loaded.
    """
    return (
        part in ("annotation", "returns", "decorator_list", "type_params", "format_spec")
        or isinstance(child, ast.Raise | ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases))
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
Functions = dict[_Place, list[FunctionType]]


def _place(code: CodeType) -> _Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def apply(mutant: Mutant, known: Functions) -> None:
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
    elif depth <= 4 and _is_same_type(old, new):
        _take_values(old, new)
        for before, after in _parts(old, new):
            _take_over(before, after, depth + 1)


def _is_same_type(old: object, new: object) -> bool:
    """A record's class may stand in the changed module itself."""
    one, other = type(old), type(new)
    is_again = one.__module__ == other.__module__ and one.__qualname__ == other.__qualname__
    return one is other or (is_dataclass(old) and is_again)


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


def functions() -> Functions:
    """All functions of the library that there are, wrapped and bound ones as well."""
    gc.unfreeze()  # the tests' collection froze what there was, and the collector lists nothing frozen
    found = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(LIBRARY)):
            found[_place(one.__code__)].append(one)
    return found


def watch(see: Callable[[str], None]) -> None:
    """From now on tell of every place computed that could be changed, and of every function entered."""
    vars(builtins)["_seen_"] = see
    known = functions()
    for module in modules():
        tree = ast.parse(_source(module))
        nodes = list(ast.walk(tree))
        sites = {nodes[one.node]: one for one in mutants(module)}
        _Told(module, sites).visit(tree)
        ast.fix_missing_locations(tree)
        for code in _codes(compile(tree, str(LIBRARY / module), "exec")):
            for function in known.get(_place(code), []):
                function.__code__ = code


class _Told(ast.NodeTransformer):
    """`x` becomes `_seen_(place of x) or x`; a function begins with its own name."""

    def __init__(self, module: str, sites: dict[ast.AST, Mutant]) -> None:
        self.module, self.sites = module, sites
        self._names: list[str] = []

    def visit(self, node: ast.AST) -> Any:
        """A node whose parts were told of before."""
        named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if named:
            self._names.append(node.name)
        one = self.sites.get(node)
        self.generic_visit(node)
        if isinstance(node, ast.FunctionDef):
            node.body.insert(
                _after_docstring(node), ast.Expr(_told(f"{self.module}::{'.'.join(self._names)}"))
            )
        if named:
            self._names.pop()
        if one is None or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return node
        return ast.copy_location(ast.BoolOp(ast.Or(), [_told(one.site), node]), node)


def _told(site: str) -> ast.Call:
    return ast.Call(ast.Name("_seen_", ast.Load()), [ast.Constant(site)], [])


def _after_docstring(node: ast.FunctionDef) -> int:
    return int(ast.get_docstring(node, clean=False) is not None)
