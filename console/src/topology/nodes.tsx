import { Handle, Position, type NodeProps } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { hueOf } from './colours.ts';
import type { CanvasNode } from './layout.ts';

const glyphs = { up: '●', down: '○', idle: '◌', inactive: '◌', trouble: '▲' } as const;

function Frame({
  data: { node, domain, role },
  children,
  title,
}: {
  readonly data: CanvasNode['data'];
  readonly children?: React.ReactNode;
  readonly title: React.ReactNode;
}) {
  const { t } = useTranslation();
  const state =
    node.state === 'idle'
      ? t('topology.idle')
      : node.state === 'trouble'
        ? t('common.trouble')
        : node.state === 'inactive'
          ? t('common.inactive')
          : node.state;
  const hue = domain === undefined ? undefined : hueOf(domain);
  return (
    <div
      className={`viaduct-node viaduct-node-${node.kind} viaduct-is-${node.state} viaduct-owner-${node.owner === 'viaduct' ? 'us' : 'them'}`}
      style={hue === undefined ? undefined : { borderLeftColor: `hsl(${hue} 55% 45%)` }}
    >
      {node.kind === 'outside' ? null : <Handle type="target" position={Position.Left} isConnectable={false} />}
      <div className="viaduct-node-title">
        <span title={state} aria-hidden="true">
          {glyphs[node.state]}
        </span>
        <strong>{title}</strong>
        {role === undefined ? null : (
          <span className="viaduct-tag">
            {role.role === 'access' ? t('topology.roles.access', { vlan: role.vlan }) : t(`topology.roles.${role.role}`)}
          </span>
        )}
        {node.owner === 'viaduct' || node.owner === 'host' ? null : <span className="viaduct-tag">{node.owner}</span>}
      </div>
      {children}
      {node.kind === 'guest' ? null : <Handle type="source" position={Position.Right} isConnectable={false} />}
    </div>
  );
}

function OutsideNode({ data }: NodeProps<CanvasNode>) {
  const { t } = useTranslation();
  return <Frame data={data} title={t('topology.outside')} />;
}

function NicNode({ data }: NodeProps<CanvasNode>) {
  const { node } = data;
  if (!('carriesDefaultRoute' in node)) return null;
  return (
    <Frame data={data} title={node.label}>
      <div className="viaduct-node-line">{node.kind === 'nic' ? (node.mac ?? '') : node.kind}</div>
      <div className="viaduct-node-line">{node.addresses[0] ?? '–'}</div>
    </Frame>
  );
}

function SwitchNode({ data }: NodeProps<CanvasNode>) {
  const { node } = data;
  const { t } = useTranslation();
  if (node.kind !== 'switch') return null;
  const mode = node.network && t(`modes.${node.network.veryIsolated ? 'veryIsolated' : node.network.mode}`);
  return (
    <Frame data={data} title={node.label}>
      <div className="viaduct-node-line">{[mode, node.bridge].filter(Boolean).join(' · ')}</div>
      {node.hostPort === undefined ? null : (
        <div className="viaduct-host-port" title={node.hostPort.mac}>
          <span>{t('topology.hostPort')}</span> {node.hostPort.addresses[0] ?? '–'}
        </div>
      )}
    </Frame>
  );
}

function GuestNode({ data }: NodeProps<CanvasNode>) {
  const { node } = data;
  if (node.kind !== 'guest') return null;
  return (
    <Frame data={data} title={node.label}>
      <div className="viaduct-node-line">
        {node.tap} ⇄ {node.mac ?? '?'}
      </div>
      <div className="viaduct-node-line">{node.addresses[0] ?? '–'}</div>
    </Frame>
  );
}

export const nodeTypes = { outside: OutsideNode, nic: NicNode, switch: SwitchNode, guest: GuestNode };
