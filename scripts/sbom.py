"""Write the bill of materials (CycloneDX 1.6, JSON) of what runs: packages and typefaces.

The same environment gives the same bytes: no clock, no random serial number, everything sorted.
"""

import sys
import tomllib
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from licences import ROOT, Package, font_faces, runtime_packages
from packageurl import PackageURL

TARGET = ROOT / "dist" / "hanbin.cdx.json"


def _library(package: Package) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=package.name,
        purl=PackageURL("pypi", name=package.name, version=package.version),
        licenses=[LicenseFactory().make_from_string(package.licence)] if package.licence else [],
    )


def _typeface(face: dict[str, str]) -> Component:
    return Component(
        name=face["file"],
        version=face["source"],
        type=ComponentType.DATA,
        bom_ref=face["file"],
        licenses=[LicenseFactory().make_from_string(face["licence"])],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=face["sha256"])],
    )


def sbom() -> str:
    """The bill of materials as JSON."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = runtime_packages()
    libraries = {p.name: _library(p) for p in packages}
    typefaces = [_typeface(face) for face in font_faces()]
    bom = Bom(components=[*libraries.values(), *typefaces])
    bom.metadata.component = root = Component(
        name="hanbin",
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref="hanbin",
        licenses=[LicenseFactory().make_from_string(project["license"])],
    )
    needed = {name for p in packages for name in p.needs}
    bom.register_dependency(root, [c for n, c in libraries.items() if n not in needed] + typefaces)
    for package in packages:
        bom.register_dependency(libraries[package.name], [libraries[name] for name in package.needs])
    bom.serial_number = None  # type: ignore[assignment]  # both are set at random or by the clock
    bom.metadata.timestamp = None  # type: ignore[assignment]
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(sbom(), encoding="utf-8")
    print(f"软件物料清单：{target}")
