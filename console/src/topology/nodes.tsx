import { Handle, Position, type NodeProps } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import type { TopologyNode } from '../../../src/model/topology.ts';
import { hueOf } from './colours.ts';
import type { CanvasNode } from './layout.ts';

const glyphs = { up: '●', down: '○', idle: '◌', inactive: '◌', trouble: '▲' } as const;

function Frame({ node, children, title }: { readonly node: TopologyNode; readonly children?: React.ReactNode; readonly title: React.ReactNode }) {
  const { t } = useTranslation();
  const state = node.state === 'idle' ? t('topology.idle') : node.state === 'trouble' ? t('common.trouble') : node.state === 'inactive' ? t('common.inactive') : node.state;
  const hue = node.kind === 'switch' ? hueOf(node.bridge ?? node.label) : undefined;
  return (
    <div className={`viaduct-node viaduct-node-${node.kind} viaduct-is-${node.state} viaduct-owner-${node.owner === 'viaduct' ? 'us' : 'them'}`} style={hue === undefined ? undefined : { borderLeftColor: `hsl(${hue} 55% 45%)` }}>
      {node.kind === 'outside' ? null : <Handle type="target" position={Position.Left} isConnectable={false} />}
      <div className="viaduct-node-title">
        <span title={state} aria-hidden="true">{glyphs[node.state]}</span>
        <strong>{title}</strong>
        {node.owner === 'viaduct' || node.owner === 'host' ? null : <span className="viaduct-tag">{node.owner}</span>}
      </div>
      {children}
      {node.kind === 'guest' ? null : <Handle type="source" position={Position.Right} isConnectable={false} />}
    </div>
  );
}

function OutsideNode({ data }: NodeProps<CanvasNode>) {
  const { t } = useTranslation();
  return <Frame node={data.node} title={t('topology.outside')} />;
}

function NicNode({ data: { node } }: NodeProps<CanvasNode>) {
  if (!('carriesDefaultRoute' in node)) return null;
  return (
    <Frame node={node} title={node.label}>
      <div className="viaduct-node-line">{node.kind === 'nic' ? (node.mac ?? '') : node.kind}</div>
      <div className="viaduct-node-line">{node.addresses[0] ?? '–'}</div>
    </Frame>
  );
}

function SwitchNode({ data: { node } }: NodeProps<CanvasNode>) {
  const { t } = useTranslation();
  if (node.kind !== 'switch') return null;
  const mode = node.network && t(`modes.${node.network.veryIsolated ? 'veryIsolated' : node.network.mode}`);
  return (
    <Frame node={node} title={node.label}>
      <div className="viaduct-node-line">{[mode, node.bridge].filter(Boolean).join(' · ')}</div>
      {node.hostPort === undefined ? null : (
        <div className="viaduct-host-port" title={node.hostPort.mac}>
          <span>{t('topology.hostPort')}</span> {node.hostPort.addresses[0] ?? '–'}
        </div>
      )}
    </Frame>
  );
}

function GuestNode({ data: { node } }: NodeProps<CanvasNode>) {
  if (node.kind !== 'guest') return null;
  return (
    <Frame node={node} title={node.label}>
      <div className="viaduct-node-line">{node.tap} ⇄ {node.mac ?? '?'}</div>
      <div className="viaduct-node-line">{node.addresses[0] ?? '–'}</div>
    </Frame>
  );
}

export const nodeTypes = { outside: OutsideNode, nic: NicNode, switch: SwitchNode, guest: GuestNode };
