#!/usr/bin/env bash
# Pack wheels, typefaces and the repository for an office without a network.
set -euo pipefail
venv=$1
bundle=dist/hanbin-offline
rm -rf "$bundle" && mkdir -p "$bundle/wheels"
echo "下载运行所需的依赖 …"
for lock in requirements-build.lock requirements.lock; do
    "$venv/bin/python" -m pip download --quiet --disable-pip-version-check --only-binary :all: \
        --require-hashes -r "$lock" -d "$bundle/wheels"
done
cp -r "$venv/share/hanbin/fonts" "$bundle/fonts"
git archive --format=tar HEAD | tar -x -C "$bundle"
version=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
# Wheels are made for one version of Python on one kind of machine.
cat > "$bundle/安装.sh" << INSTALL
#!/usr/bin/env bash
set -euo pipefail
cd "\$(dirname "\$0")"
export PYTHON=\${PYTHON:-python$version} HANBIN_WHEELS="\$PWD/wheels" HANBIN_FONTS="\$PWD/fonts"
if ! "\$PYTHON" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$version")' 2> /dev/null; then
    echo "本离线包只适用于 Python $version（$(uname -sm)），\$PYTHON 没有找到或版本不同。" >&2
    exit 11
fi
bash scripts/install.sh .venv && touch .venv/.installed .venv/share/hanbin/fonts/fonts.json
INSTALL
tar -cf "$bundle.tar" -C dist hanbin-offline
echo "离线安装包：$bundle.tar（$(du -m "$bundle.tar" | cut -f 1) MB），适用于 Python $version（$(uname -sm)）。解开后运行 bash 安装.sh"
