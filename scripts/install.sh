#!/usr/bin/env bash
# Make the environment: a virtual environment, the locked packages, the command, the typefaces.
# Needs nothing but Python and, for the typefaces, apt; reaches package registries only, by
# whatever pip is configured with. HANBIN_WHEELS and HANBIN_FONTS name folders to take both
# from where there is no network.
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

fail() {
    echo "$1" >&2
    exit 11
}

pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }

need_python() {
    command -v "$python" > /dev/null || fail "找不到 $python。请安装 Python 3.11 以上。"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "需要 Python 3.11 以上，$python 是 $("$python" -V)。可以指定：make install PYTHON=python3.11"
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

# uv does in half a minute what takes pip two; it does not read pip's configuration, so it
# is told of the mirror, and to trust the certificates that the system trusts. The hashes of the
# lock hold whatever the mirror serves.
with_uv() {
    local part mirror
    part=$venv/uv.lock
    awk '/^[^ ]/ {on = /^uv==/} on' requirements.lock > "$part"
    pip install --quiet ${offline[@]+"${offline[@]}"} --require-hashes -r "$part" || return 1
    mirror=$(pip config list | sed -n "s/^[^ ]*\.index-url='\(.*\)'\$/\1/p" | head -n 1)
    if [ -z "${UV_DEFAULT_INDEX:-}" ] && [ -n "$mirror" ]; then export UV_DEFAULT_INDEX=$mirror; fi
    "$venv/bin/uv" pip sync --quiet --system-certs --compile-bytecode --python "$venv/bin/python" \
        ${offline[@]+"${offline[@]}"} --require-hashes requirements.lock
}

need_python
need_venv_module
echo "建立环境 $venv …"
"$python" -m venv "$venv"

offline=()
if [ -d "${HANBIN_WHEELS:-}" ]; then offline=(--no-index --find-links "$HANBIN_WHEELS"); fi
echo "安装锁定版本的依赖（约两百个包，视网速需半分钟到两分钟）…"
if ! with_uv; then
    echo "uv 没有成功，改用 pip，需一两分钟 …"
    pip install --quiet ${offline[@]+"${offline[@]}"} --require-hashes -r requirements.lock
fi
pip install --quiet --no-deps --no-build-isolation -e .

echo "安装字体 …"
if [ -d "${HANBIN_FONTS:-}" ]; then
    rm -rf "$venv/share/hanbin/fonts"
    mkdir -p "$venv/share/hanbin" && cp -r "$HANBIN_FONTS" "$venv/share/hanbin/fonts"
fi
"$venv/bin/python" -m hanbin_lib.fonts.install
