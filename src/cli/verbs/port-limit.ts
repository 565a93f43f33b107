import type { BandwidthRate } from '../../model/network.ts';
import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { plainTable } from '../table.ts';

interface LimitOptions {
  readonly port: string;
  readonly network: string | undefined;
  readonly inbound: string | undefined;
  readonly outbound: string | undefined;
}

const fields = ['average', 'peak', 'burst', 'floor'] as const;

/** `port limit`, as virsh's domiftune: shows the limits of a port, or sets one direction and leaves the other. */
export async function limitPort(session: Session, { port, network, inbound, outbound }: LimitOptions): Promise<void> {
  const { t, client } = session;
  const where = { port, ...(network !== undefined && { network }) };
  const failed = t('failed.port-limit', { port });
  if (inbound === undefined && outbound === undefined)
    return show(session, await attempt(failed, () => client.call('port.bandwidth', where)));
  const given = {
    ...(inbound !== undefined && { inbound: readRate(session, inbound) }),
    ...(outbound !== undefined && { outbound: readRate(session, outbound) }),
  };
  const limits = await attempt(failed, () => client.call('port.setBandwidth', { ...where, ...given }));
  if (session.json) return session.printJson(limits);
  session.tell(t('done.port-limit', { port, inbound: rateWords(session, limits.inbound), outbound: rateWords(session, limits.outbound) }));
}

function show(session: Session, limits: { readonly inbound?: BandwidthRate; readonly outbound?: BandwidthRate }): void {
  if (session.json) return session.printJson(limits);
  const { t, terminal } = session;
  terminal.stdout(
    plainTable([
      [`${t('port.inbound')}:`, rateWords(session, limits.inbound)],
      [`${t('port.outbound')}:`, rateWords(session, limits.outbound)],
    ]),
  );
}

/** `average[,peak[,burst[,floor]]]` in KiB/s, the burst in KiB. `0` is no limit: null. */
function readRate({ t }: Session, text: string): BandwidthRate | null {
  const parts = text.split(',');
  if (parts.length > fields.length || parts.some((part) => !/^\d*$/.test(part)) || !/\d/.test(text))
    throw new UsageError(t('usage.rate', { value: text }));
  const rate = Object.fromEntries(fields.flatMap((field, index) => (Number(parts[index] ?? 0) > 0 ? [[field, Number(parts[index])]] : [])));
  return Object.keys(rate).length === 0 ? null : rate;
}

function rateWords({ t }: Session, rate: BandwidthRate | undefined): string {
  if (rate === undefined) return t('limit.none');
  const { average, peak, burst, floor } = rate;
  return [
    ...(average === undefined ? [] : [t('limit.average', { rate: average })]),
    ...(peak === undefined ? [] : [t('limit.peak', { rate: peak })]),
    ...(burst === undefined ? [] : [t('limit.burst', { size: burst })]),
    ...(floor === undefined ? [] : [t('limit.floor', { rate: floor })]),
  ].join(', ');
}
