import '@xyflow/react/dist/style.css';
import './topology.css';
import { Button, SearchInput, Switch, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { Background, Controls, Panel, ReactFlow } from '@xyflow/react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src/service/operation-types.ts';
import { edgeTypes, RateContext } from './edge.tsx';
import { download } from '../lib/download.ts';
import { fit, KeepInView } from './keep-in-view.tsx';
import { toMermaid, toPng, toSvg } from './export.ts';
import { placeNodes, reachableFrom } from './layout.ts';
import { nodeTypes } from './nodes.tsx';
import { useRates } from './rates.ts';

const NodePanel = lazy(async () => ({ default: (await import('./node-panel.tsx')).NodePanel }));

export function Canvas({ data }: { readonly data: Output<'topology.get'> }) {
  const { t } = useTranslation();
  const rates = useRates(data);
  const [chosen, setChosen] = useState<string>();
  const [hovered, setHovered] = useState<string>();
  const [search, setSearch] = useState('');
  const [moved, setMoved] = useState(false);
  const [problemsOnly, setProblemsOnly] = useState(false);
  const { topology } = data;
  const placed = useMemo(() => placeNodes(topology), [topology]);

  const lit = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const focus = hovered ?? chosen;
    if (wanted === '' && !problemsOnly) return focus === undefined ? undefined : reachableFrom(topology, focus);
    return new Set(
      topology.nodes
        .filter(
          (node) =>
            (!problemsOnly || node.state === 'trouble' || node.state === 'down') && JSON.stringify(node).toLowerCase().includes(wanted),
        )
        .map(({ id }) => id),
    );
  }, [topology, search, problemsOnly, hovered, chosen]);

  const nodes = useMemo(
    () =>
      placed.nodes.map((node) => ({
        ...node,
        selected: node.id === chosen,
        ...(lit !== undefined && !lit.has(node.id) && { className: 'viaduct-dim' }),
      })),
    [placed, lit, chosen],
  );
  const edges = useMemo(
    () =>
      placed.edges.map((edge) =>
        lit !== undefined && !(lit.has(edge.source) && lit.has(edge.target)) ? { ...edge, className: 'viaduct-dim' } : edge,
      ),
    [placed, lit],
  );
  const node = topology.nodes.find(({ id }) => id === chosen);
  const svg = (): string => toSvg(placed.nodes, placed.edges);

  return (
    <RateContext value={rates}>
      <div className="viaduct-canvas" style={{ display: 'flex', height: 'calc(100dvh - 7.5rem)' }}>
        <div style={{ flex: 1, minWidth: 0 }}>
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            fitView
            fitViewOptions={fit}
            minZoom={0.1}
            nodesFocusable
            elementsSelectable
            onlyRenderVisibleElements={placed.nodes.length > 150}
            onNodeClick={(_event, { id }) => setChosen(id)}
            onPaneClick={() => setChosen(undefined)}
            onNodeMouseEnter={(_event, { id }) => setHovered(id)}
            onNodeMouseLeave={() => setHovered(undefined)}
            onNodesChange={(changes) => {
              for (const change of changes) if (change.type === 'select' && change.selected) setChosen(change.id);
            }}
            onMoveStart={(event) => {
              if (event !== null) setMoved(true);
            }}
            proOptions={{ hideAttribution: true }}
            aria-label={t('topology.title')}
          >
            <Background />
            <KeepInView nodes={placed.nodes} chosen={chosen} moved={moved} />
            <Controls showInteractive={false} aria-label={t('topology.fit')} />
            <Panel position="top-left">
              <div style={{ display: 'flex', gap: '1rem', alignItems: 'center', flexWrap: 'wrap' }}>
                <SearchInput
                  aria-label={t('shell.search')}
                  placeholder={t('shell.search')}
                  value={search}
                  onChange={(_event, value) => setSearch(value)}
                  onClear={() => setSearch('')}
                />
                <Switch label={t('topology.allStates')} isChecked={problemsOnly} onChange={(_event, on) => setProblemsOnly(on)} />
              </div>
            </Panel>
            <Panel position="top-right" className="viaduct-exports">
              <ToggleGroup aria-label={t('common.export')} isCompact>
                <ToggleGroupItem
                  text={t('topology.exportSvg')}
                  onChange={() => download('topology.svg', new Blob([svg()], { type: 'image/svg+xml' }))}
                />
                <ToggleGroupItem
                  text={t('topology.exportPng')}
                  onChange={() => void toPng(svg()).then((png) => download('topology.png', png))}
                />
                <ToggleGroupItem
                  text={t('topology.exportMermaid')}
                  onChange={() => download('topology.mmd', new Blob([toMermaid(topology)], { type: 'text/plain' }))}
                />
              </ToggleGroup>
            </Panel>
          </ReactFlow>
        </div>
        {node === undefined ? null : (
          <Suspense>
            <NodePanel
              node={node}
              rate={rates.get(node.link ?? '')}
              counters={data.counters[node.link ?? '']}
              close={
                <Button variant="plain" aria-label={t('common.close')} onClick={() => setChosen(undefined)}>
                  ✕
                </Button>
              }
            />
          </Suspense>
        )}
      </div>
    </RateContext>
  );
}
