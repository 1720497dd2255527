#!/usr/bin/env bash
# Make the environment: a virtual environment, the locked packages, the command, the typefaces.
# Needs nothing but Python and, for the typefaces, apt; reaches package registries only, by
# whatever pip is configured with.
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

make_venv() { "$python" -m venv "$venv"; }

echo "建立环境 $venv …"
if ! make_venv > /dev/null 2>&1; then
    rm -rf "$venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
        echo "缺少 venv 模块，安装 python3-venv …"
        apt-get update -qq && apt-get install -y -qq python3-venv > /dev/null
        make_venv
    else
        echo "缺少 Python 的 venv 模块。请先运行：sudo apt-get install python3-venv" >&2
        exit 11
    fi
fi

echo "安装锁定版本的依赖（约两百个包，视网速需一两分钟）…"
if [ -d "${HANBIN_WHEELS:-}" ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
        --find-links "$HANBIN_WHEELS" --require-hashes -r requirements.lock
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r requirements.lock
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

echo "安装字体 …"
if [ -d "${HANBIN_FONTS:-}" ]; then
    mkdir -p "$venv/share/hanbin" && cp -r "$HANBIN_FONTS" "$venv/share/hanbin/fonts"
fi
"$venv/bin/python" -m hanbin_lib.fonts.install
