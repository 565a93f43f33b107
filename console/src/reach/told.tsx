import { Card, CardBody, CardTitle, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { ExplainedEnd, Explanation } from '../../../src/model/explanation.ts';
import type { Hop } from '../../../src/model/frame.ts';
import { useCommandLineWords, type CommandLineWords } from '../lib/words.ts';
import { Term } from '../shell/term.tsx';

const routeStatus = { passes: 'success', stopped: 'danger', elsewhere: 'info' } as const;

/** An explanation in sentences, a card for each layer; the evidence stands below its sentence. */
export function Told({ told: { from, to, layer2, layer3 } }: { readonly told: Explanation }) {
  const { t } = useTranslation();
  const say = useCommandLineWords();
  if (say === undefined) return null;
  const { verdict, mac, walk } = layer2;
  const places = walk.reached.map((place) => say(`explain.place.${place.kind}`, { link: place.link })).join(say('explain.and'));
  return (
    <div className="viaduct-told">
      <h2 className="viaduct-ends">
        <End end={from} /> → <End end={to} />
      </h2>
      <Card isCompact>
        <CardTitle component="h3">
          <Label
            status={to.kind === 'everybody' ? 'info' : verdict === 'heard' ? 'success' : layer3?.verdict === 'passes' ? 'info' : 'danger'}
          >
            {t('reach.hears')}
          </Label>{' '}
          <span className="viaduct-sentence">
            {withoutLayer(to.kind === 'everybody' ? say('explain.layer2') : say(`explain.${verdict}`, { to: to.label }))}
          </span>
          <Term id="broadcast-domain">{t('reach.hears')}</Term>
        </CardTitle>
        <CardBody>
          {to.mac !== undefined && to.mac !== mac ? <p>{say('explain.asks', { to: to.label }).trim()}</p> : null}
          <ol className="viaduct-way" aria-label={t('reach.way')}>
            {walk.hops.map((hop) => (
              <Step key={`${hop.at}/${hop.in}/${hop.vlan}`} hop={hop} say={say} />
            ))}
          </ol>
          {walk.loops.map((bridge) => (
            <p key={bridge}>{say('explain.loop', { bridge }).trim()}</p>
          ))}
          <p>{places === '' ? say('explain.nobody').trim() : say('explain.reached', { places }).trim()}</p>
        </CardBody>
      </Card>
      {layer3 === undefined ? null : (
        <Card isCompact>
          <CardTitle component="h3">
            <Label status={routeStatus[layer3.verdict]}>{t('reach.router')}</Label>{' '}
            <span className="viaduct-sentence">{withoutLayer(say(`explain.layer3.${layer3.verdict}`))}</span>
            <Term id="routed">{t('reach.router')}</Term>
          </CardTitle>
          <CardBody>
            <p>{say(`explain.route.${layer3.why}`, { network: layer3.network ?? '', uplink: layer3.uplink ?? '' })}</p>
          </CardBody>
        </Card>
      )}
    </div>
  );
}

/** The label in front names the layer already. */
const withoutLayer = (text: string): string => text.replace(/^[^:：]+[:：]\s*/, '');

function End({ end: { label, link, network, mac, kind } }: { readonly end: ExplainedEnd }) {
  const facts = [link, network, kind === 'everybody' ? undefined : mac].filter((fact) => fact !== undefined && fact !== label);
  return (
    <span>
      {label} {facts.length === 0 ? null : <span className="viaduct-subtle viaduct-mono">{facts.join(' · ')}</span>}
    </span>
  );
}

/** What one switch does with the frame, and what becomes of it at each of its ports. */
function Step({ hop: { at, in: from, vlan, verdict, why, ports }, say }: { readonly hop: Hop; readonly say: CommandLineWords }) {
  const where = from === at ? at : say('explain.by', { at, from: from === 'host' ? say('explain.host-side') : from });
  return (
    <li>
      <strong className="viaduct-mono">{where}</strong>
      {vlan === undefined ? null : (
        <>
          {' '}
          <Label isCompact>VLAN {vlan}</Label>
        </>
      )}
      {' · '}
      {say(`explain.verdict.${verdict}`)}
      {' · '}
      {say(`explain.why.${why}`)}
      <ul>
        {ports.map(({ port, sends, why: reason, tag }) => (
          <li key={port} className={sends ? '' : 'viaduct-subtle'}>
            <span aria-hidden="true">{sends ? '→' : '·'}</span> <span className="viaduct-mono">{port}</span> {say(`explain.port.${reason}`)}{' '}
            {tag === undefined ? '' : say('explain.tagged', { tag })}
          </li>
        ))}
      </ul>
    </li>
  );
}
