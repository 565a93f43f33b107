#!/bin/bash
# Records what virsh prints when it talks to Debian's own libvirtd (packages libvirt-daemon, libvirt-clients, iptables,
# dnsmasq-base, busybox, and those that tools/programs.mjs names for the bindings; no service is started), one transcript
# for each scenario in test/virsh/scenarios.
set -e
cd "$(dirname "$0")/../test/virsh"
for scenario in ${1:-scenarios/*.txt}; do
  ./space.sh libvirtd ./transcript.sh "$scenario" >"recorded/$(basename "$scenario")"
  echo "recorded $(basename "$scenario" .txt)"
done
