import type { ExplainedEnd, Explanation, LayerThree } from '../../model/explanation.ts';
import type { Hop, HopPort, Reached } from '../../model/frame.ts';
import type { Translate } from '../i18n/translate.ts';
import { attempt, type Session } from '../session.ts';

interface ExplainOptions {
  readonly from: string;
  readonly to: string;
  readonly vlan: number | undefined;
  readonly direct: boolean;
}

/** `viaduct explain web db`: what becomes of a frame, switch by switch, and what the host's router says. */
export async function explain(session: Session, { from, to, vlan, direct }: ExplainOptions): Promise<void> {
  const { t, client } = session;
  const input = { from, to, ...(vlan !== undefined && { vlan }), ...(direct && { direct: true }) };
  const told = await attempt(t('failed.explain', { from, to }), () => client.call('explain.way', input));
  session.printJson(told);
  if (session.json) return;
  session.print(`${endText(told.from)} → ${endText(told.to)}`);
  session.print('');
  for (const line of [...layer2(told, t), ...(told.layer3 === undefined ? [] : ['', layer3(told.layer3, t)])]) session.print(line);
}

function layer2({ to, layer2: { verdict, mac, walk } }: Explanation, t: Translate): string[] {
  const title = to.kind === 'everybody' ? t('explain.layer2') : t(`explain.${verdict}`, { to: to.label });
  return [
    title,
    ...(to.mac !== undefined && to.mac !== mac ? [t('explain.asks', { to: to.label })] : []),
    ...walk.hops.flatMap((hop) => hopLines(hop, t)),
    ...walk.loops.map((bridge) => t('explain.loop', { bridge })),
    walk.reached.length === 0
      ? t('explain.nobody')
      : t('explain.reached', { places: walk.reached.map((place) => placeText(place, t)).join(t('explain.and')) }),
  ];
}

function hopLines(hop: Hop, t: Translate): string[] {
  const { at, in: from, vlan, verdict, why, ports } = hop;
  const where = from === at ? at : t('explain.by', { at, from: from === 'host' ? t('explain.host-side') : from });
  const inside = vlan === undefined ? '' : ` [VLAN ${vlan}]`;
  const width = Math.max(0, ...ports.map(({ port }) => port.length));
  return [
    `  ${where}${inside}: ${t(`explain.verdict.${verdict}`)}, ${t(`explain.why.${why}`)}`,
    ...ports.map((port) => `    ${portLine(port, width, t)}`),
  ];
}

function portLine({ port, sends, why, tag }: HopPort, width: number, t: Translate): string {
  const tagged = tag === undefined ? '' : ` ${t('explain.tagged', { tag })}`;
  return `${sends ? '→' : '·'} ${port.padEnd(width)}  ${t(`explain.port.${why}`)}${tagged}`;
}

function placeText(place: Reached, t: Translate): string {
  const tag = 'vlan' in place && place.vlan !== undefined ? ` ${t('explain.tagged', { tag: place.vlan })}` : '';
  return `${t(`explain.place.${place.kind}`, { link: place.link })}${tag}`;
}

function layer3({ verdict, why, network = '', uplink = '' }: LayerThree, t: Translate): string {
  return `${t(`explain.layer3.${verdict}`)} ${t(`explain.route.${why}`, { network, uplink })}`;
}

function endText({ label, link, network, mac, kind }: ExplainedEnd): string {
  const facts = [link === label ? undefined : link, network, kind === 'everybody' ? undefined : mac].filter(
    (fact) => fact !== undefined && fact !== label,
  );
  return facts.length === 0 ? label : `${label} (${facts.join(', ')})`;
}
