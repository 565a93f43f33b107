/** Shell lines for a new namespace: duplicate address detection and a delayed first solicitation would only make every link wait. */
export const quickIpv6 = `
  for scope in all default; do
    echo 0 > /proc/sys/net/ipv6/conf/$scope/accept_dad
    echo 1 > /proc/sys/net/ipv6/conf/$scope/router_solicitation_interval
    echo 0 > /proc/sys/net/ipv6/conf/$scope/router_solicitation_delay
  done`;
