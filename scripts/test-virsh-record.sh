#!/bin/bash
# Records what virsh prints when it talks to Debian's own libvirtd (packages libvirt-daemon, libvirt-clients, iptables,
# dnsmasq-base, busybox; libsys-virt-perl, ruby-libvirt, gir1.2-libvirt-glib-1.0, ansible for the scenarios named after
# them; no service is started), one transcript for each scenario in test/virsh/scenarios.
set -e
cd "$(dirname "$0")/../test/virsh"
for scenario in ${1:-scenarios/*.txt}; do
  ./space.sh libvirtd ./transcript.sh "$scenario" >"recorded/$(basename "$scenario")"
  echo "recorded $(basename "$scenario" .txt)"
done
