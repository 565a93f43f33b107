import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect } from 'react';
import type { CanvasNode } from './layout.ts';

export const fit = { maxZoom: 1.1, padding: 0.08 } as const;

/** Pixels between a chosen node and the edge of what can be seen. */
const margin = 24;

/**
 * Shows all of the picture again when it grows or shrinks, or the panel beside it opens, until somebody moves it by hand; from then
 * on only the node that was chosen is kept in view.
 */
export function KeepInView({
  nodes,
  chosen,
  moved,
}: {
  readonly nodes: readonly CanvasNode[];
  readonly chosen: string | undefined;
  readonly moved: boolean;
}) {
  const { fitView, getViewport, setViewport } = useReactFlow();
  const width = useStore((state) => state.width);
  const count = nodes.length;
  useEffect(() => {
    if (moved) return;
    const timer = setTimeout(() => void fitView(fit), 50);
    return () => clearTimeout(timer);
  }, [count, width, moved, fitView]);
  const node = nodes.find(({ id }) => id === chosen);
  const [left, right] = [node?.position.x, (node?.position.x ?? 0) + (node?.width ?? 0)];
  useEffect(() => {
    if (!moved || left === undefined) return;
    const { x, y, zoom } = getViewport();
    const [from, to] = [left * zoom + x, right * zoom + x];
    const by = to > width - margin ? width - margin - to : from < margin ? margin - from : 0;
    if (by !== 0) void setViewport({ x: x + by, y, zoom }, { duration: 200 });
  }, [left, right, width, moved, getViewport, setViewport]);
  return null;
}
