#!/usr/bin/env bash
# Make the environment: a virtual environment, the packages of a lock, the command, the typefaces.
#   install.sh ENVIRONMENT [LOCK]
# Needs nothing but Python and, for the typefaces, apt or a Debian mirror; reaches package registries
# only, by whatever pip is configured with. HANBIN_WHEELS and HANBIN_FONTS name folders to take both
# from where there is no network.
set -euo pipefail
venv=$1
lock=${2:-requirements.lock}
python=${PYTHON:-python3}

fail() {
    echo "$1" >&2
    exit 11
}

pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }

need_python() {
    command -v "$python" > /dev/null || fail "找不到 $python。请安装 Python 3.11 至 3.14。"
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' ||
        fail "需要 Python 3.11 至 3.14，$python 是 $("$python" -V)。可以指定：make install PYTHON=python3.11"
}

need_venv_module() { # Debian keeps it in a package of its own
    if "$python" -c 'import ensurepip, venv' 2> /dev/null; then return; fi
    local package
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
        echo "缺少 venv 模块，安装 $package …"
        if apt-get update -qq && apt-get install -y -qq "$package" > /dev/null; then return; fi
    fi
    fail "缺少 Python 的 venv 模块。请先运行：sudo apt-get install $package"
}

# Run a command that says nothing for long, and say in its place what it does and for how long; what it
# says itself goes to a file, whose end is shown where it fails.
tell_while() {
    local what=$1 began=$SECONDS status=0
    shift
    "$@" > "$venv/install.log" 2>&1 &
    while kill -0 $! 2> /dev/null; do
        sleep 1
        if [ $(((SECONDS - began) % 10)) = 9 ]; then
            echo "  $what：$((SECONDS - began)) 秒，环境已有 $(du -sm "$venv" | cut -f 1) MB …"
        fi
    done
    wait $! || status=$?
    if [ $status = 0 ]; then echo "  $what：完成，$((SECONDS - began)) 秒"; fi
    return $status
}

# What installs is not what runs: it goes when it has done its work.
get_tools() {
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    tell_while "取安装工具" pip install --quiet --retries 2 --target "$tools" \
        ${offline[@]+"${offline[@]}"} --require-hashes -r requirements-build.lock && return
    tail -n 3 "$venv/install.log" >&2
    fail "没有取到安装工具。请检查网络和 pip 的软件源设置（pip config list）；没有网络的，用 make offline-bundle 打包。"
}

# uv does in half a minute what takes pip two; it does not read pip's configuration, so it
# is told of the mirror, and to trust the certificates that the system trusts. The hashes of the
# lock hold whatever the mirror serves.
with_uv() {
    local mirror
    mirror=$(pip config list | sed -n "s/^[^ ]*\.index-url='\(.*\)'\$/\1/p" | head -n 1)
    if [ -z "${UV_DEFAULT_INDEX:-}" ] && [ -n "$mirror" ]; then export UV_DEFAULT_INDEX=$mirror; fi
    tell_while "安装依赖" "$tools/bin/uv" pip install --quiet --system-certs --python "$venv/bin/python" \
        ${offline[@]+"${offline[@]}"} --require-hashes -r "$lock"
}

need_python
need_venv_module
echo "建立环境 $venv …"
"$python" -m venv "$venv"

offline=()
if [ -d "${HANBIN_WHEELS:-}" ]; then offline=(--no-index --find-links "$HANBIN_WHEELS"); fi
echo "安装 $lock 里锁定版本的依赖（$(grep -c '^[^ #]' "$lock") 个包，视网速需十几秒到两分钟）…"
get_tools
if ! with_uv; then
    echo "uv 没有成功，改用 pip，需一两分钟 …"
    if ! tell_while "安装依赖" pip install --quiet --no-compile ${offline[@]+"${offline[@]}"} --require-hashes -r "$lock"; then
        tail -n 5 "$venv/install.log" >&2
        fail "依赖没有装成。请检查网络和 pip 的软件源设置（pip config list），再运行一次：已下载的不会重新下载。"
    fi
fi
PYTHONPATH=$tools pip install --quiet --no-index --no-deps --no-build-isolation -e .
if [ "$lock" = requirements.lock ]; then "$venv/bin/python" scripts/trim.py; fi

# What a month imports is compiled while the typefaces are fetched: uv compiles nothing, and otherwise the first
# commands would, each process for itself, or every command anew where the system keeps Python from writing.
PYTHONDONTWRITEBYTECODE='' "$venv/bin/python" -m hanbin_lib.kernels.heating \
    hanbin_lib.cli.main hanbin_lib.ingest.importing hanbin_lib.release.execution < /dev/null &
echo "安装字体 …"
"$venv/bin/python" -m hanbin_lib.fonts.install
wait $! || echo "没有预先编译程序，第一次运行会慢几秒。"
