"""Licences of what is installed to run hanbin: packages and typefaces.

Writes ``docs/licences.md``; with ``--check`` tells what is missing there or not permitted. Read from
the metadata of the installed packages, starting from ``[project] dependencies``: optional extras and
tools of development do not count.
"""

import json
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from license_expression import AND, OR, LicenseExpression, Licensing
from lock import locked_versions
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hanbin_lib.fonts import INVENTORY, folder

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"

# May be used and passed on as packages of their own beside a program under MIT.
PERMITTED = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-2.1-only"}
    | {
        "LGPL-2.1-or-later",
        "LGPL-3.0-or-later",
        "LicenseRef-BSD",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "OFL-1.1",
        "PSF-2.0",
    }
    | {"Unlicense", "Zlib"}
)
# What the list would refuse, and why it may be used all the same.
EXCEPTIONS = {
    "GPL-3.0-or-later WITH Font-exception-2.0": "字体例外条款，文档嵌入字体不受GPL约束；"
    "字体由Debian软件包安装，不在本仓库中，离线安装包带有其许可证文件",
    "LicenseRef-PDFium": "PDFium为BSD式许可证，内置库的许可证全文随软件包安装（licenses/BUILD_LICENSES）；"
    "musl系统的构建另含libgcc，适用GCC运行库例外条款",
}
# Metadata that say "dependency licenses" or nothing; named here after the licence files of the package.
_READ = {"pypdfium2": "Apache-2.0 AND BSD-3-Clause AND LicenseRef-PDFium", "pyrage": "MIT"}
# Older metadata: words of the field License or of the classifiers. BSD without a number stays what it is.
_WORDS = {
    "2-clause bsd": "BSD-2-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "LicenseRef-BSD",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "LicenseRef-BSD",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "sil open font license 1.1 (ofl-1.1)": "OFL-1.1",
}
_HEAD = """<!-- 由 scripts/licences.py 生成，不要手工修改 -->

# 许可证

运行 hanbin 所安装的软件包和字体的许可证，取自各软件包自己的元数据，写作SPDX表达式。
它们各自独立安装，不并入本仓库；本项目自己的许可证是MIT。
`LicenseRef-BSD` 指元数据只写BSD、未写明哪一种。版本见 `requirements.lock`。
"""


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package that hanbin needs to run."""

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]


def licence_of(name: str, fields: dict[str, list[str]]) -> str:
    """SPDX expression of a package; empty where its metadata state none that is known.

    ``License-Expression`` (PEP 639) first, then the first line of ``License``, then the classifiers.
    Several classifiers all bind.
    """
    if name in _READ:
        return _READ[name]
    short = [text.strip().splitlines()[0] for text in fields.get("License", []) if text.strip()]
    classifiers = [c.split("::")[-1] for c in fields.get("Classifier", []) if c.startswith("License ::")]
    for words in (fields.get("License-Expression", []), short, classifiers):
        known = sorted({expression for word in words if (expression := _expression(word))})
        if known:
            return " AND ".join(known)
    return ""


def _expression(word: str) -> str:
    try:
        return str(canonicalize_license_expression(_WORDS.get(word.strip().lower(), word)))
    except InvalidLicenseExpression:
        return ""


def runtime_packages() -> list[Package]:
    """All installed packages that ``[project] dependencies`` lead to, sorted by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, set[str]] = {}
    needs: dict[str, tuple[str, ...]] = {}
    waiting = _due(project["dependencies"], set())
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        if name in needs and asked.extras <= extras[name]:
            continue
        extras.setdefault(name, set()).update(asked.extras)
        found = _due(distribution(name).requires or [], extras[name])
        needs[name] = tuple(sorted({canonicalize_name(r.name) for r in found} - {name}))
        waiting += found
    return [_package(name, needs[name]) for name in sorted(needs)]


def _due(requirements: Iterable[str], extras: set[str]) -> list[Requirement]:
    asked = [Requirement(text) for text in requirements]
    return [
        r for r in asked if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in {"", *extras})
    ]


def _package(name: str, needs: tuple[str, ...]) -> Package:
    found = distribution(name)
    fields = {key: found.metadata.get_all(key, []) for key in ("License-Expression", "License", "Classifier")}
    return Package(name, found.version, licence_of(name, fields), needs)


def font_faces() -> list[dict[str, str]]:
    """The installed typefaces: file, family, source, licence, sha256."""
    return json.loads((folder() / INVENTORY).read_text(encoding="utf-8"))["faces"]


def permitted(expression: str) -> bool:
    """Whether what an SPDX expression asks for may stand beside MIT."""
    return bool(expression) and _permitted(Licensing().parse(expression))


def _permitted(node: LicenseExpression) -> bool:
    if isinstance(node, AND | OR):
        return (all if isinstance(node, AND) else any)(map(_permitted, node.args))
    return str(node) in PERMITTED or str(node) in EXCEPTIONS


def rows() -> dict[str, list[str]]:
    """Lines of the page's tables by kind."""
    return {
        "软件包": [f"| {p.name} | {p.licence or '未声明'} |" for p in runtime_packages()],
        "字体": [f"| {face['file']} | {face['licence']} |" for face in font_faces()],
    }


def faults() -> list[str]:
    """What is not permitted, missing on the page, or on the page without being locked."""
    stated = {p.name: p.licence for p in runtime_packages()} | {f["file"]: f["licence"] for f in font_faces()}
    refused = [
        f"许可证不在允许之列：{n}（{text or '未声明'}）" for n, text in stated.items() if not permitted(text)
    ]
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    # Another version of Python needs a few packages less: those stay on the page as long as they are locked.
    missing = [f"缺少或已变：{row}" for table in rows().values() for row in table if row not in lines]
    packages = [line.split(" ")[1] for line in lines if line.startswith("| ") and ".otf" not in line]
    locked = locked_versions()
    stale = [f"已不在锁定文件中：{n}" for n in packages if n not in {*locked, "名称"}]
    return refused + missing + stale


def page() -> str:
    """``docs/licences.md``."""
    tables = [
        f"## {kind}\n\n| 名称 | 许可证 |\n|---|---|\n" + "\n".join(table) + "\n"
        for kind, table in rows().items()
    ]
    reasons = "\n".join(f"- `{text}`：{why}。" for text, why in EXCEPTIONS.items())
    return "\n".join([_HEAD, *tables, f"## 例外及理由\n\n{reasons}\n"])


if __name__ == "__main__":
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    if found := faults():
        sys.exit("\n".join([*found, "运行 python scripts/licences.py 重新生成 docs/licences.md"]))
