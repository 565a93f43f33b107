import { verdicts, type Finding, type HostHealth, type Verdict } from '../../model/doctor.ts';
import { bridgeFilterFindings } from './bridge-filter.ts';
import { finding } from './findings.ts';
import { forwardingFindings } from './forwarding.ts';
import { guestFindings } from './guests.ts';
import { publicFindings } from './public.ts';
import { wayOutFindings } from './way-out.ts';

/** Everything there is to say about a host, the worst first. */
export function diagnose(health: HostHealth): readonly Finding[] {
  const findings = [
    ...networkFindings(health),
    ...publicFindings(health),
    ...guestFindings(health),
    ...wayOutFindings(health),
    ...forwardingFindings(health),
    ...bridgeFilterFindings(health),
  ];
  return findings.toSorted((a, b) => rank(b.verdict) - rank(a.verdict));
}

function rank(verdict: Verdict): number {
  return verdicts.indexOf(verdict);
}

/** Networks that run: in order, in trouble, or not as they should be. */
function networkFindings({ networks }: HostHealth): Finding[] {
  return networks.map(({ name, trouble, missing }) => {
    const said = (more: Readonly<Record<string, string>>) => ({ object: `network ${name}`, params: { network: name, ...more } });
    if (trouble !== undefined) return finding('network', 'network-troubled', { verdict: 'problem', ...said({ reason: trouble }) });
    if (missing.length > 0) return finding('network', 'network-differs', { verdict: 'warning', ...said({ steps: missing.join('; ') }) });
    return finding('network', 'network-well', { verdict: 'ok', ...said({}) });
  });
}
