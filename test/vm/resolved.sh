#!/bin/sh
# Guests' names on a host where systemd-resolved runs. As root, on a machine that is thrown away afterwards.
set -eu
cd "$(dirname "$0")/../.."
run=$(mktemp -d)
PATH=$PWD/bin:$PATH
export PATH VIADUCT_SOCKET="$run/viaduct.sock"
failed=0

ok() {
  name=$1
  shift
  if "$@" >"$run/out" 2>&1; then echo "ok   $name"; else
    echo "FAIL $name: $*"
    cat "$run/out"
    failed=1
  fi
}
not() { ! "$@"; }
# Until it is so, for ten seconds at most.
soon() {
  for _ in $(seq 50); do
    if "$@"; then return; fi
    sleep 0.2
  done
  return 1
}
says() {
  wanted=$1
  shift
  "$@" | tee "$run/said" | grep -q -- "$wanted" || { cat "$run/said"; return 1; }
}
daemon() {
  viaduct daemon --no-default-network --state-dir "$run/state" --run-dir "$run" --socket "$VIADUCT_SOCKET" >>"$run/log" 2>&1 &
  daemon=$!
  soon viaduct net-list >/dev/null 2>&1 || { cat "$run/log"; exit 1; }
}

daemon

cat >"$run/blue.xml" <<X
<network><name>blue</name><bridge name='virbr7'/><domain name='blue.test' localOnly='yes' register='yes'/><forward mode='nat'/>
<ip address='192.168.77.1' netmask='255.255.255.0'><dhcp><range start='192.168.77.10' end='192.168.77.99'/></dhcp></ip></network>
X
cat >"$run/green.xml" <<X
<network><name>green</name><bridge name='virbr8'/><domain name='green.test' register='no'/>
<ip address='192.168.78.1' netmask='255.255.255.0'/></network>
X
viaduct net-define "$run/blue.xml"
viaduct net-start blue
viaduct net-create "$run/green.xml"

ip netns add web
ip link add web0 type veth peer name eth0 netns web
ip link set web0 master virbr7 up
ip -n web link set lo up
ip -n web link set eth0 up
ok "a guest gets a lease" ip netns exec web busybox udhcpc -i eth0 -x hostname:web -n -q -f -s /bin/true
address=$(viaduct net-dhcp-leases blue | grep -o '192\.168\.77\.[0-9]*' | head -1)
echo "     web is $address"

ok "resolved asks the network's own server for its domain" says 192.168.77.1 resolvectl dns virbr7
ok "and for no other name" says '~blue.test' resolvectl domain virbr7
ok "so that no default route leads there" says 'no$' resolvectl default-route virbr7
ok "resolvectl finds the guest" soon says "$address" resolvectl query --legend=no web.blue.test
ok "getent finds the guest" says "$address" getent hosts web.blue.test
ok "a guest that is not there is not found" not getent hosts nobody.blue.test
ok "a network that says register='no' is not registered" not says green resolvectl domain virbr8

resolvectl revert virbr7
ok "what somebody else took away comes back" soon says '~blue.test' resolvectl domain virbr7

viaduct net-destroy blue
ok "a stopped network has no names" not getent hosts web.blue.test
viaduct net-start blue
ok "a started one has them again" soon says "$address" getent hosts web.blue.test

kill -9 $daemon
wait $daemon || true
ok "they stay while the daemon is away" says "$address" getent hosts web.blue.test
ip link del virbr7
daemon
ok "and are there again when it comes back to a host without the bridge" soon says '~blue.test' resolvectl domain virbr7

systemctl stop systemd-resolved
viaduct net-destroy blue
ok "a network starts and stops without resolved" viaduct net-start blue
systemctl start systemd-resolved
ok "and is registered when resolved comes" soon says '~blue.test' resolvectl domain virbr7

kill $daemon
wait $daemon || true
[ $failed = 0 ] || tail -20 "$run/log"
exit $failed
