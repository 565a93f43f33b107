#!/bin/bash
# transcript.sh SCENARIO: runs each line of a scenario with bash, in a folder with the files of `files/`, and prints
# the line, what it said and its exit status. What differs from run to run is blanked.
here=$(cd "$(dirname "$0")" && pwd)
scenario=$(realpath "$1")
work=$(mktemp -d /run/work.XXXX)
cp "$here"/files/* "$work"
cd "$work" || exit 70
export LC_ALL=C TZ=UTC VISUAL=true PATH="$here/tools:$PATH"
while IFS= read -r line; do
  case $line in
    '' | '#'*) continue ;;
  esac
  printf '$ %s\n' "$line"
  # Long enough for a Go program that has to be compiled first.
  timeout 120 bash -c "$line" >out 2>&1 </dev/null
  status=$?
  sed -E -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\.[0-9]+)?([+-][0-9:]+)?/<time>/g' \
    -e "s#$work#<work>#g" -e 's#/tmp/virsh[A-Za-z0-9]+\.xml#<temporary>#g' out
  [ $status = 0 ] || printf '[exit %s]\n' $status
done <"$scenario"
