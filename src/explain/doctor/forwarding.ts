import type { Finding, HostHealth } from '../../model/doctor.ts';
import { finding } from './findings.ts';

export const forwardingKeys = { ipv4: 'net.ipv4.ip_forward', ipv6: 'net.ipv6.conf.all.forwarding' } as const;

/** Whether this host passes packets on for the networks that need it, now and after its settings are read again. */
export function forwardingFindings(health: HostHealth): Finding[] {
  const findings: Finding[] = [];
  for (const family of ['ipv4', 'ipv6'] as const) {
    const key = forwardingKeys[family];
    const needing = health.networks.filter(({ mode, subnets }) => mode !== 'isolated' && subnets.some((one) => one.family === family));
    if (needing.length === 0) continue;
    const params = { key, networks: listed(needing.map(({ name }) => name)), value: health.forwarding[family] ?? '-' };
    const isOn = health.forwarding[family] !== undefined && health.forwarding[family] !== '0';
    findings.push(
      finding('forwarding', isOn ? 'forwarding-on' : 'forwarding-off', { verdict: isOn ? 'ok' : 'problem', object: key, params }),
    );
    const setting = health.settings.findLast((one) => one.key === key);
    if (setting?.value === '0')
      findings.push(
        finding('forwarding', 'forwarding-file-off', {
          verdict: 'warning',
          object: `${setting.file}:${setting.line}`,
          params: { ...params, file: setting.file },
        }),
      );
    if (family === 'ipv6' && isOn) findings.push(...advertisementFindings(health));
  }
  return findings;
}

function advertisementFindings({ uplinks }: HostHealth): Finding[] {
  return uplinks.flatMap(({ name, advertised }) => {
    if (advertised === undefined) return [];
    const kept = advertised === '2';
    return [
      finding('forwarding', kept ? 'advertisements-kept' : 'advertisements-lost', {
        verdict: kept ? 'ok' : 'problem',
        object: `interface ${name}`,
        params: { link: name, value: advertised },
      }),
    ];
  });
}

/** In few words of no language. */
function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} (+${names.length - 3})` : names.join(', ');
}
