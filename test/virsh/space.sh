#!/bin/bash
# space.sh DAEMON COMMAND...: runs COMMAND beside a network daemon, in namespaces of their own that vanish with it.
# DAEMON is `libvirtd` (Debian's, with only its network and interface drivers) or the command line of another one
# that serves libvirt's sockets in LIBVIRT_DIR (default /run/libvirt). HYPERVISOR=libvirtd adds one with only its QEMU
# driver, HYPERVISOR=COMMAND a virtqemud. The root namespace is not touched.
set -e
if [ "$1" != --inside ]; then
  exec unshare --net --mount --pid --fork --kill-child --mount-proc "$0" --inside "$@"
fi
shift
daemon=$1
shift
for folder in /run /sys /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt; do mkdir -p "$folder"; done
for folder in /run /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt; do mount -t tmpfs none "$folder"; done
mount -t sysfs none /sys
mkdir -p /run/netns /run/libvirt
ip link set lo up
# Members of this group may write.
grep -v '^libvirt' /etc/group >/run/group
printf '%s\n' 'libvirt:x:64055:' 'libvirt-qemu:x:64056:' >>/run/group
mount --bind /run/group /etc/group
# Debian's libvirt-daemon-system would have made this one; nothing runs as it.
grep -v '^libvirt-qemu:' /etc/passwd >/run/passwd
echo 'libvirt-qemu:x:64056:64055::/nonexistent:/usr/sbin/nologin' >>/run/passwd
mount --bind /run/passwd /etc/passwd
# A host with a network card, and a bridge that is not the daemon's.
ip link add eth9 address 52:54:00:00:99:01 type veth peer name eth9-far address 52:54:00:00:99:02
ip netns add far
ip link set eth9-far netns far up
ip link add br9 address 52:54:00:00:99:03 type bridge forward_delay 0
ip link add eth8 address 52:54:00:00:99:04 type veth peer name eth8-far address 52:54:00:00:99:05
ip link set eth8-far netns far up
ip link set eth8 master br9
ip link set eth9 up
ip link set eth8 up
ip link set br9 up
for _ in $(seq 100); do
  [ "$(cat /sys/class/net/br9/operstate)" = up ] && break
  sleep 0.05
done
# libvirt's network daemon since 10.4: its other way needs an action of tc that small kernels lack.
echo 'firewall_backend = "iptables"' >/etc/libvirt/network.conf
if [ "$daemon" = libvirtd ]; then
  mkdir /run/drivers
  ln -s /usr/lib/*/libvirt/connection-driver/libvirt_driver_{network,interface}.so /run/drivers/
  LIBVIRT_DRIVER_DIR=/run/drivers libvirtd >/run/daemon.log 2>&1 &
  socket=/run/libvirt/libvirt-sock
else
  $daemon >/run/daemon.log 2>&1 &
  socket=${DAEMON_SOCKET:-${LIBVIRT_DIR:-/run/libvirt}/virtinterfaced-sock-ro}
fi
child=$!
for _ in $(seq 600); do
  [ -S $socket ] && break
  kill -0 $child 2>/dev/null || break
  sleep 0.05
done
if ! [ -S $socket ]; then
  echo "no daemon:" >&2
  cat /run/daemon.log >&2
  exit 70
fi
if [ -n "$HYPERVISOR" ]; then
  printf '%s\n' 'stdio_handler = "file"' 'security_driver = "none"' 'user = "root"' 'group = "root"' 'cgroup_controllers = []' >/etc/libvirt/qemu.conf
  mkdir /run/hypervisor
  ln -s /usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so /run/hypervisor/ 2>/dev/null || true
  if [ "$HYPERVISOR" = libvirtd ]; then export LIBVIRT_DRIVER_DIR=/run/hypervisor; fi
  $HYPERVISOR >/run/hypervisor.log 2>&1 &
  unset LIBVIRT_DRIVER_DIR
  for _ in $(seq 200); do
    [ -S /run/libvirt/libvirt-sock ] || [ -S /run/libvirt/virtqemud-sock ] && break
    sleep 0.05
  done
fi
status=0
"$@" || status=$?
[ -z "$DAEMON_LOG" ] || cp /run/daemon.log "$DAEMON_LOG"
kill $child 2>/dev/null || true
wait $child 2>/dev/null || true
exit $status
