import { Graph, layout } from '@dagrejs/dagre';
import type { Edge, Node } from '@xyflow/react';
import { Position } from '@xyflow/react';
import type { Topology, TopologyEdge, TopologyNode } from '../../../src/model/topology.ts';
import { domainsOf, rolesOf, type Role } from './roles.ts';

/** `domain` names the broadcast domain a node is in, by its bridge. */
export type CanvasNode = Node<{ readonly node: TopologyNode; readonly domain: string | undefined; readonly role: Role | undefined }>;
export type CanvasEdge = Edge<{ readonly edge: TopologyEdge; readonly domain: string | undefined }>;

/** Pixels. Heights follow what each kind of node shows; see nodes.tsx. */
const width = 210;
const heights = { outside: 44, nic: 62, bond: 62, vlan: 62, 'macvtap-lower': 62, switch: 84, guest: 62 } as const;

/** Places every node from the world on the left to the guests on the right. 300 nodes take about 0.15 s. */
export function placeNodes(topology: Topology): { nodes: CanvasNode[]; edges: CanvasEdge[] } {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 90 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of topology.nodes) graph.setNode(node.id, { width, height: heights[node.kind] });
  const { columns, last } = columnsOf(topology);
  for (const { from, to } of topology.edges)
    graph.setEdge(from, to, { minlen: to.startsWith('guest/') ? Math.max(1, last + 1 - (columns.get(from) ?? last)) : 1 });
  // A network that leads nowhere stands among the others, not beside the outside.
  if (graph.hasNode('outside'))
    for (const { id, kind } of topology.nodes)
      if (kind === 'switch' && columns.get(id) === 0 && last > 0) graph.setEdge('outside', id, { minlen: last, weight: 0 });
  layout(graph);
  const roles = rolesOf(topology);
  const domains = domainsOf(topology);
  return {
    nodes: topology.nodes.map((node) => {
      const { x, y } = graph.node(node.id) as { x: number; y: number };
      return {
        id: node.id,
        type: node.kind === 'switch' || node.kind === 'guest' || node.kind === 'outside' ? node.kind : 'nic',
        position: { x: x - width / 2, y: y - heights[node.kind] / 2 },
        sourcePosition: Position.Right,
        targetPosition: Position.Left,
        width,
        height: heights[node.kind],
        data: { node, domain: domains.get(node.id), role: roles.get(node.id) },
        draggable: false,
        connectable: false,
        ariaLabel: `${node.kind} ${node.label}`,
      };
    }),
    edges: topology.edges.map((edge) => ({
      id: edge.id,
      source: edge.from,
      target: edge.to,
      type: 'traffic',
      data: { edge, domain: edge.kind === 'wire' ? (domains.get(edge.to) ?? domains.get(edge.from)) : undefined },
      focusable: false,
    })),
  };
}

/** The column of every node but the guests, counted from the world; guests stand in the one after the last. */
function columnsOf({ nodes, edges }: Topology): { readonly columns: ReadonlyMap<string, number>; readonly last: number } {
  const columns = new Map(nodes.flatMap(({ id, kind }) => (kind === 'guest' ? [] : [[id, 0] as [string, number]])));
  // Each round moves nodes at least one column on; a host has few, and a loop of devices ends with the rounds.
  for (let round = 0, moved = true; moved && round < 8; round++) {
    moved = false;
    for (const { from, to } of edges) {
      const [before, after] = [columns.get(from), columns.get(to)];
      if (before === undefined || after === undefined || after > before) continue;
      columns.set(to, before + 1);
      moved = true;
    }
  }
  return { columns, last: Math.max(0, ...nodes.flatMap(({ id, kind }) => (kind === 'switch' ? [columns.get(id) ?? 0] : []))) };
}

/** What hangs together with `id`, both ways: the path that lights up. */
export function reachableFrom(topology: Topology, id: string): ReadonlySet<string> {
  const walk = (next: (edge: TopologyEdge, at: string) => string | undefined): Set<string> => {
    const seen = new Set([id]);
    const queue = [id];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const edge of topology.edges) {
        const to = next(edge, at);
        if (to !== undefined && !seen.has(to)) {
          seen.add(to);
          queue.push(to);
        }
      }
    }
    return seen;
  };
  const right = walk(({ from, to }, at) => (from === at ? to : undefined));
  const left = walk(({ from, to }, at) => (to === at ? from : undefined));
  return new Set([...left, ...right]);
}
