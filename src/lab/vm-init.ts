/** In the order in which they need each other, as their own `depends` say. */
export const vmModules = [
  'virtio_ring',
  'virtio',
  'virtio_pci_modern_dev',
  'virtio_pci_legacy_dev',
  'virtio_pci',
  'failover',
  'net_failover',
  'virtio_net',
] as const;

/**
 * First process of a guest. The first serial line tells what happens, in lines that begin with `@`; on the
 * second one commands are taken, one a line, and answered with their output and `@exit STATUS`.
 */
export const vmInit = `#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for word in $(cat /proc/cmdline); do
  case $word in guest=*) name=\${word#guest=} ;; esac
done
echo "@up"
hostname "$name"
for module in ${vmModules.join(' ')}; do
  [ ! -e /mod/$module.ko ] || insmod /mod/$module.ko
done
ip link set lo up
ip link set eth0 up
udhcpc -f -i eth0 -s /lease -x "hostname:$name" -t 10 -T 1 -A 1 >/dev/null 2>&1 &
/watch $! &
stty -F /dev/ttyS1 raw -echo
exec </dev/ttyS1 >/dev/ttyS1 2>&1
echo "@ready"
while true; do
  while read -r line; do
    sh -c "$line" </dev/null
    echo "@exit $?"
  done
done
`;

/** Asks for the address again when the card has its carrier back, as the clients of larger systems do. The argument is udhcpc's number. */
export const vmWatch = `#!/bin/busybox sh
export PATH=/bin
was=1
while sleep 0.3; do
  read -r now </sys/class/net/eth0/carrier
  [ "$was$now" != 01 ] || kill -USR1 $1
  was=$now
done
`;

/** udhcpc calls it with what it learnt as environment, and the event as argument. */
export const vmLease = `#!/bin/busybox sh
export PATH=/bin
case $1 in
deconfig)
  ip -4 address flush dev $interface ;;
bound | renew)
  ip address replace $ip/$mask dev $interface
  [ -z "$mtu" ] || ip link set $interface mtu $mtu
  for gateway in $router; do ip route replace default via $gateway dev $interface; break; done
  for server in $dns; do echo "nameserver $server"; done >/etc/resolv.conf
  [ "$1" = renew ] || echo "@lease $ip/$mask" >/dev/ttyS0 ;;
esac
`;
