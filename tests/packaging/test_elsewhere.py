"""The program where there is no repository: the wheel in a clean environment, the bundle without a network."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
from support import REPOSITORY

from hanbin_lib import fonts
from hanbin_lib.fonts.install import GIVEN
from hanbin_lib.store import package_digest, program_digest

TOWN = "610902110"
STEPS = (
    ("init", "county"),
    ("demo", "--scale", "0.02", "--workspace", "county"),
    ("import", "county/data/inbox/2022-09", "--month", "2022-09", "--workspace", "county"),
    ("bulletin", "2022-09", "--area", TOWN, "--workspace", "county"),
)


def _run(*command, at, **environment):
    """A command with nothing of this environment: neither its programs nor its variables."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HANBIN_", "PYTHON", "VIRTUAL_ENV"))}
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=at, env=kept | environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def _megabytes(folder):
    """On the disk, each file once, as `du -sm` counts; without bytecode, which the first command would write."""
    paths = (path for path in folder.rglob("*") if path.suffix != ".pyc")
    files = {(s.st_dev, s.st_ino): s.st_blocks for s in map(Path.lstat, paths)}
    return sum(files.values()) * 512 / 2**20


def _bulletin(program, at, without_network=(), **environment):
    """From nothing to a town's bulletin, by the four commands that a newcomer types."""
    for step in STEPS:
        _run(*without_network, program, *step, at=at, **environment)
    (pdf,) = (at / "county" / "reports" / "2022-09").glob(f"*{TOWN}*镇.pdf")
    return pdf.read_bytes()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from what stands in the repository now."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--offline",
         "--out-dir", folder, REPOSITORY, at=REPOSITORY)  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_notebooks_parameters_and_the_lock(wheel, tmp_path):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "hanbin_lib/requirements.lock" in names
    assert "hanbin_lib/workspace_template/params/county.yaml" in names
    notebooks = {
        f"hanbin_lib/workspace_template/notebooks/{p.name}"
        for p in (REPOSITORY / "notebooks").glob("*.ipynb")
    }
    assert notebooks <= names
    zipfile.ZipFile(wheel).extractall(tmp_path)
    assert package_digest(tmp_path / "hanbin_lib") == program_digest()


@pytest.mark.slow
def test_the_wheel_alone_makes_a_bulletin(wheel, tmp_path):
    """No make, apt or git is in reach, and no repository."""
    venv = tmp_path / "venv"
    _run(sys.executable, "-m", "venv", "--without-pip", venv, at=tmp_path)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(venv), "installed_base": str(venv)}))
    uv = (
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--system-certs",
        "--python",
        scripts / "python",
    )
    _run(*uv, "-r", REPOSITORY / "requirements.lock", at=tmp_path)
    _run(*uv, "--no-deps", wheel, at=tmp_path)
    hanbin = scripts / "hanbin"
    given = {GIVEN: str(fonts.folder()), "PATH": str(tmp_path)}
    assert _bulletin(hanbin, tmp_path, **given).startswith(b"%PDF")
    told = _run(hanbin, "doctor", "--workspace", "county", at=tmp_path, **given)
    assert "make" not in told


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("unshare"), reason="needs util-linux to cut the network off")
def test_the_bundle_installs_and_makes_a_bulletin_without_a_network(tmp_path):
    cut = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--net", "--map-root-user")
    subprocess.run(["bash", "scripts/offline_bundle.sh", sys.prefix], cwd=REPOSITORY, check=True, timeout=600)
    with tarfile.open(REPOSITORY / "dist" / "hanbin-offline.tar") as archive:
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / "hanbin-offline"
    python = {
        "PYTHON": sys._base_executable,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "PIP_NO_CACHE_DIR": "1",
    }
    _run(*cut, "bash", "安装.sh", at=root, **python)
    assert _megabytes(root / ".venv") <= 700
    assert _bulletin(root / ".venv" / "bin" / "hanbin", tmp_path, cut).startswith(b"%PDF")
