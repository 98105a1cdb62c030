#!/bin/sh
# Install the service into a new folder of its own: sh deploy/install.sh /opt/videochamadas-0.1.0
# It needs Python 3.11 or newer (PYTHON names another one) and fetches the packages of locks/, whose
# hashes are checked. To run it, the folder needs nothing else of this repository.
set -eu
target=${1:?the folder to install into}
case $target in /*) ;; *) target=$PWD/$target ;; esac
cd "$(dirname "$0")/.."
pip="$target/bin/python -m pip --disable-pip-version-check --quiet"
test ! -e "$target" || { echo "$target is there already: name a new folder" >&2; exit 1; }

"${PYTHON:-python3}" -m venv "$target"
$pip install --no-cache-dir --require-hashes --requirement locks/build.txt --requirement locks/runtime.txt
# Not in the repository's own folder, where setuptools would leave what it builds.
source=$(mktemp -d)
cp -r pyproject.toml README.md LICENSE domain application adapters entrypoints "$source"
$pip install --no-cache-dir --no-deps --no-build-isolation "$source"
rm -r "$source"
$pip uninstall --yes setuptools pip
