"""The way of the installer, walked with stand-ins for Python and uv: no network, no minutes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "scripts"))
import trim

_VENV_PYTHON = """#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
    *"config list") echo "global.index-url='https://mirror.example/simple'" ;;
    *--target*) [ -z "$NO_REGISTRY" ] || exit 1
        while [ "$1" != --target ]; do shift; done; mkdir -p "$2/bin" && cp "$UV" "$2/bin/uv" ;;
    *"-r requirements.lock") [ -z "$NO_PIP" ] || { echo "some English" >&2; exit 1; } ;;
esac
"""
_UV = """#!/bin/sh
echo "uv $* mirror=$UV_DEFAULT_INDEX" >> "$LOG"
exit "$UV_STATUS"
"""


def _script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def install(tmp_path):
    """Function (stand-in for python, environment) -> finished installer; the log is in its steps."""

    def run(python, **environment):
        log = tmp_path / "log"
        log.touch()
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "HANBIN_", "PIP_"))}
        done = subprocess.run(
            ["bash", "scripts/install.sh", str(tmp_path / "venv")],
            cwd=REPOSITORY,
            env={
                **kept,
                "PATH": path,
                "PYTHON": str(python),
                "LOG": str(log),
                "UV": str(tmp_path / "uv"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done, log.read_text(encoding="utf-8").splitlines()

    return run


@pytest.fixture
def python(tmp_path):
    """A Python whose `-m venv` makes an environment of stand-ins."""
    _script(tmp_path / "parts" / "python", _VENV_PYTHON)
    _script(tmp_path / "uv", _UV)
    make = f'mkdir -p "$3/bin" && cp "{tmp_path}/parts/"* "$3/bin/"'
    return _script(
        tmp_path / "python-here",
        f'#!/bin/sh\nif [ "$1 $2" = "-m venv" ]; then {make}; else exec "{sys.executable}" "$@"; fi\n',
    )


def test_uv_gets_the_hashed_lock_and_the_mirror_of_pip(install, python):
    done, steps = install(python, UV_STATUS="0")
    assert done.returncode == 0, done.stderr
    (sync,) = [step for step in steps if step.startswith("uv ")]
    assert sync.endswith("--require-hashes -r requirements.lock mirror=https://mirror.example/simple")
    assert not [s for s in steps if s.startswith("-m pip") and s.endswith("-r requirements.lock")]
    assert steps[-3] == "scripts/trim.py"  # what it takes away is not compiled
    assert {step.split()[1] for step in steps[-2:]} == {
        "hanbin_lib.kernels.heating",
        "hanbin_lib.fonts.install",
    }


def test_what_installs_is_hashed_too_and_goes_when_it_has_done_its_work(install, python):
    done, steps = install(python, UV_STATUS="0")
    assert done.returncode == 0, done.stderr
    (brought,) = [step for step in steps if "--target" in step]
    assert brought.endswith("--require-hashes -r requirements-build.lock")
    assert not Path(re.search(r"--target (\S+)", brought)[1]).exists()


def test_the_time_that_passes_is_told_in_chinese(install, python):
    done, _ = install(python, UV_STATUS="0")
    assert re.search(r"安装依赖：完成，\d+ 秒", done.stdout)


def test_without_a_registry_what_to_do_is_said_in_chinese(install, python):
    done, steps = install(python, NO_REGISTRY="1")
    assert done.returncode == 11
    assert "软件源" in done.stderr
    assert not [step for step in steps if "requirements.lock" in step]
    done, _ = install(python, UV_STATUS="2", NO_PIP="1")
    assert done.returncode == 11
    assert "依赖没有装成" in done.stderr


def test_pip_installs_the_same_lock_when_uv_fails(install, python):
    done, steps = install(python, UV_STATUS="2")
    assert done.returncode == 0, done.stderr
    assert "改用 pip" in done.stdout
    assert [
        s for s in steps if s.endswith("install --quiet --no-compile --require-hashes -r requirements.lock")
    ]


def test_without_a_network_both_take_the_wheels_of_the_bundle(install, python, tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    done, steps = install(python, UV_STATUS="2", HANBIN_WHEELS=str(wheels))
    assert done.returncode == 0, done.stderr
    fetching = [step for step in steps if "--require-hashes" in step]
    assert len(fetching) == 3
    assert all(f"--no-index --find-links {wheels}" in step for step in fetching)


def test_trimming_takes_what_nobody_opens_and_nothing_else(tmp_path):
    gone = ["numpy/linalg/tests/test_linalg.py", "pyarrow/libarrow_flight.so.1", "babel/locale-data/af.dat",
            "pyarrow/include/arrow/api.h", "widgetsnbextension/static/extension.js.map",
            "lxml/etree.h", "scipy/linalg/cython_blas.pxd", "statsmodels/datasets/randhie/src/randhie.csv",
            "jedi/third_party/typeshed/stubs/requests/requests.pyi"]  # fmt: skip
    kept = ["numpy/linalg/lite.so", "pyarrow/libarrow.so.1", "babel/locale-data/zh.dat",
            "babel/locale-data/en_US.dat", "papermill/tests/__init__.py", "numpy/__init__.pyi",
            "jedi/third_party/typeshed/stdlib/os/__init__.pyi", "pandas/core.pyd"]  # fmt: skip
    for name in gone + kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("12345", encoding="utf-8")
    assert trim.trim(tmp_path) == 5 * len(gone)
    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} == set(kept)


def test_what_is_there_twice_stands_on_the_disk_once(tmp_path):
    same, other = b"x" * trim.WORTH_LINKING, b"y" * trim.WORTH_LINKING
    for name, content in {"a": same, "b.so": same, "c/d": same, "e": other, "f": b"x", "g": b"x"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "h").symlink_to("a")
    assert trim.link(tmp_path) == 2 * len(same)
    assert trim.link(tmp_path) == 0
    assert {(tmp_path / name).stat().st_ino for name in ("a", "b.so", "c/d")} == {
        (tmp_path / "a").stat().st_ino
    }
    assert [(tmp_path / name).read_bytes() for name in ("b.so", "e", "g")] == [same, other, b"x"]
    assert (tmp_path / "h").is_symlink()
    assert (tmp_path / "f").stat().st_ino != (tmp_path / "g").stat().st_ino
    assert not list(tmp_path.glob("*.linked"))


def test_an_old_python_is_refused_by_its_version(install, tmp_path):
    pretend = "import sys; sys.version_info = (3, 10, 12); exec(sys.argv[1])"
    text = f"""#!/bin/sh
[ "$1" = -V ] && echo "Python 3.10.12" || exec "{sys.executable}" -c "{pretend}" "$2"
"""
    done, _ = install(_script(tmp_path / "old", text))
    assert done.returncode == 11
    assert "3.11" in done.stderr
    assert "Python 3.10.12" in done.stderr


def test_a_python_that_is_not_there_is_named(install):
    done, _ = install("python-of-nowhere")
    assert done.returncode == 11
    assert "python-of-nowhere" in done.stderr


def test_without_the_venv_module_the_package_to_install_is_named(install, tmp_path):
    bare = f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexec "{sys.executable}" "$@"\n'
    _script(tmp_path / "bin" / "id", "#!/bin/sh\necho 1000\n")
    done, _ = install(_script(tmp_path / "bare", bare))
    assert done.returncode == 11
    assert f"apt-get install python3.{sys.version_info.minor}-venv" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_make_alone_lists_every_target():
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    listed = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make (\S+) +\S", listed, re.MULTILINE)) == targets


@pytest.mark.parametrize("name", ["scripts/install.sh", "scripts/offline_bundle.sh", ".ci/run"])
def test_shell_scripts_parse_and_stop_at_the_first_error(name):
    subprocess.run(["bash", "-n", name], cwd=REPOSITORY, check=True)
    assert "set -euo pipefail" in (REPOSITORY / name).read_text(encoding="utf-8")
