#!/bin/sh
# Runs the tests of this folder as root on a machine of their own, with the program as it is built.
# VM_RUN names a command that boots a Debian with systemd and runs one there: VM_RUN [OPTION]... FOLDER -- COMMAND.
# It knows --init systemd and --start UNIT, and gives back the command's output and status.
set -eu
cd "$(dirname "$0")/../.."
test -e dist/viaduct.js || node tools/build.mjs

if [ -z "${VM_RUN:-}" ]; then
  echo "Set VM_RUN to a command that boots a virtual machine, or run sh test/vm/resolved.sh as root on one where systemd-resolved runs." >&2
  exit 78
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/node_modules" "$stage/test"
cp -r bin package.json "$stage"
mkdir "$stage/dist"
cp dist/*.js "$stage/dist"
cp -r node_modules/koffi node_modules/@koromix "$stage/node_modules"
cp -r test/vm "$stage/test"

$VM_RUN --init systemd --start systemd-resolved "$stage" -- sh test/vm/resolved.sh
