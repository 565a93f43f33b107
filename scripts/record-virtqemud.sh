#!/bin/bash
# record-virtqemud.sh: records what virtqemud and virtnetworkd say to each other while guests come and go on every kind
# of network, into test/virsh/recorded/virtqemud.jsonl. VIRTQEMUD, VIRTNETWORKD and VIRSH are the commands that run
# them, of 11.3 (scripts/build-virtqemud.sh makes them). What a kernel cannot do fails in virtqemud, after it was said.
if [ "$1" != --inside ]; then
  folder=$(cd "$(dirname "$0")/../test/virsh" && pwd)
  rm -f "$folder/recorded/virtqemud.jsonl"
  DAEMON_SOCKET=/run/libvirt/virtnetworkd-sock-ro exec "$folder/space.sh" "$VIRTNETWORKD" "$(realpath "$0")" --inside "$folder"
fi
folder=$2
file=$folder/recorded/virtqemud.jsonl
work=$(mktemp -d /run/work.XXXX)
cp "$folder"/files/* "$work"
cd "$work" || exit 70
printf '%s\n' 'stdio_handler = "file"' 'security_driver = "none"' 'user = "root"' 'group = "root"' 'cgroup_controllers = []' >/etc/libvirt/qemu.conf
node "$folder/tools/record-rpc.mjs" /run/libvirt/virtnetworkd-sock "$file" &
recorder=$!
sleep 0.5
mac=52:54:00:aa:bb:01

v() {
  ${VIRSH:-virsh} -q -c qemu:///system "$@"
}

start() {
  $VIRTQEMUD >>/run/virtqemud.log 2>&1 &
  virtqemud=$!
  until v list >/dev/null 2>&1; do sleep 0.1; done
}

stop() {
  kill $virtqemud
  wait $virtqemud
}

title() {
  sleep 0.3
  echo "{\"title\": \"$*\"}" >>"$file"
  echo "== $*"
}

# guest NETWORK [INSIDE-OF-THE-CARD] [ATTRIBUTES-OF-THE-SOURCE]
guest() {
  cat >g1.xml <<END
<domain type='qemu'><name>g1</name><uuid>d1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<interface type='network'><mac address='$mac'/><source network='$1' $3/><model type='virtio'/>$2</interface></devices></domain>
END
  v define g1.xml
}

# network NAME DIGIT INSIDE
network() {
  echo "<network><name>$1</name><uuid>bfc8c00e-cb5e-497d-ac79-00000000000$2</uuid>$3</network>" >n.xml
  v net-define n.xml
  v net-start "$1"
}

run() {
  v start g1 && v destroy g1
}

start
title a network of nat is defined and started through virtqemud
v net-define demo.xml; v net-start demo
title events are asked for through virtqemud
v net-event --event lifecycle --loop --timeout 3 & sleep 1; v net-destroy demo; v net-start demo; wait $!
guest demo
title a guest starts on a network of nat
v start g1
title its cable is pulled and plugged in again
v domif-setlink g1 $mac down; v domif-setlink g1 $mac up
title its limits are set
v domiftune g1 vnet0 --inbound 2000,4000,1024 --outbound 500 --live; v domiftune g1 vnet0
title its addresses are asked for
v domifaddr g1
title a card is added and taken away
v attach-interface g1 network demo --mac 52:54:00:aa:bb:02 --model virtio --live; sleep 1; v detach-interface g1 network --mac 52:54:00:aa:bb:02 --live; sleep 2
title virtqemud restarts and finds its port
stop; start; sleep 1
title virtqemud restarts and its port is gone
port=$(v dumpxml g1 | sed -n "s/.*portid='\([^']*\)'.*/\1/p" | head -1)
v net-port-delete demo $port
stop; start; sleep 1; v net-port-dumpxml demo $port
title the guest is destroyed
v destroy g1
title the network is stopped under a guest, and the guest is destroyed after that
v start g1; v net-destroy demo; v destroy g1
title a guest starts on a network that does not run
v start g1
title a guest starts on a network that is not there
guest nope; v start g1
title a guest starts in a port group with limits
network pg 1 "<forward mode='nat'/><bridge name='virbr21'/><mac address='52:54:00:00:21:01'/><ip address='10.21.0.1' prefix='24'/><portgroup name='slow'><bandwidth><inbound average='1000' peak='2000' burst='512'/></bandwidth></portgroup><portgroup name='other' default='yes'/>"
guest pg "" "portgroup='slow'"; run
title a guest starts with limits of its own
guest pg "<bandwidth><inbound average='1000' peak='2000' burst='512'/><outbound average='500'/></bandwidth>"; run
title a guest starts on an isolated network with isolated ports
network iso 2 "<bridge name='virbr22'/><mac address='52:54:00:00:22:01'/><ip address='10.22.0.1' prefix='24'/><port isolated='yes'/>"
guest iso; run
title a guest starts on a routed network
network ro 3 "<forward mode='route'/><bridge name='virbr23'/><mac address='52:54:00:00:23:01'/><ip address='10.23.0.1' prefix='24'/>"
guest ro; run
title a guest starts on an open network that trusts its filters
network op 4 "<forward mode='open'/><bridge name='virbr24'/><mac address='52:54:00:00:24:01'/><ip address='10.24.0.1' prefix='24'/>"
guest op; run
title a guest starts on a bridge of the host
network hb 5 "<forward mode='bridge'/><bridge name='br9'/>"
guest hb; run
title a guest starts on a bridge of the host with a VLAN and Open vSwitch
network ovs 6 "<forward mode='bridge'/><bridge name='br9'/><virtualport type='openvswitch'/><portgroup name='v' default='yes'><vlan trunk='yes'><tag id='10' nativeMode='untagged'/><tag id='20'/></vlan></portgroup>"
guest ovs "" "portgroup='v'"; run
for mode in bridge private vepa passthrough; do
  title a guest starts on a pool of macvtap, mode $mode
  network mv$mode 7 "<forward mode='$mode'><interface dev='eth9'/></forward>"
  guest mv$mode; run; v net-destroy mv$mode; v net-undefine mv$mode
done
title a guest starts on a pool of PCI devices
mount -t tmpfs none /sys/bus/pci/devices; mkdir -p /sys/bus/pci/devices/0000:03:10.1/physfn
network pci 8 "<forward mode='hostdev' managed='yes'><address type='pci' domain='0' bus='3' slot='16' function='1'/></forward>"
guest pci; run; v net-destroy pci; v net-undefine pci
umount /sys/bus/pci/devices
title metadata is set and asked for through virtqemud
v net-desc ro --live words; v net-desc ro --title --live Title; v net-desc ro; v net-desc ro --title; v net-metadata ro http://example.org/ns --key ex --set "<tag>v</tag>"; v net-metadata ro http://example.org/ns
title everything goes
for n in pg iso ro op hb ovs; do v net-destroy $n; v net-undefine $n; done; v net-undefine demo
stop
kill $recorder
