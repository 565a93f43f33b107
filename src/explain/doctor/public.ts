import { formatSubnet, overlap, parseSubnet, type Subnet } from '../../model/address.ts';
import type { Finding, HostHealth } from '../../model/doctor.ts';
import { finding } from './findings.ts';

/** What nobody on the internet has: private, shared, link-local, for tests and for documents (RFC 6890), and multicast upwards. */
const nobodys = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map((text) => parseSubnet(text)!);

/** Networks behind NAT with addresses that others have on the internet: guests never reach those. */
export function publicFindings({ networks }: HostHealth): Finding[] {
  return networks.flatMap(({ name, mode, subnets }) =>
    mode !== 'nat'
      ? []
      : subnets.filter(isPublic).map((subnet) =>
          finding('network', 'network-public', {
            verdict: 'warning',
            object: `network ${name}`,
            params: { network: name, subnet: formatSubnet(subnet) },
          }),
        ),
  );
}

/** IPv6 is routed as a rule: there the addresses may well be one's own. */
function isPublic(subnet: Subnet): boolean {
  return subnet.family === 'ipv4' && !nobodys.some((one) => one.prefix <= subnet.prefix && overlap(one, subnet));
}
