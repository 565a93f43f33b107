import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type EdgeProps } from '@xyflow/react';
import { createContext, useContext } from 'react';
import { rateText } from '../lib/format.ts';
import { hueOf } from './colours.ts';
import type { CanvasEdge } from './layout.ts';
import type { Rate } from './rates.ts';

/** Live rates by device; kept out of the edges so that new numbers do not lay the picture out again. */
export const RateContext = createContext<ReadonlyMap<string, Rate>>(new Map());

function TrafficEdge({ id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, style }: EdgeProps<CanvasEdge>) {
  const rate = useContext(RateContext).get(data?.edge.link ?? '');
  const [path, labelX, labelY] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  const total = rate === undefined ? 0 : rate.rx + rate.tx;
  const kind = data?.edge.kind ?? 'wire';
  const label = [kind === 'nat' ? 'NAT' : '', total >= 125 ? rateText(total) : ''].filter(Boolean).join(' · ');
  const hue = data?.domain === undefined || (rate?.dropped ?? 0) > 0 ? undefined : hueOf(data.domain);
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        style={{
          ...style,
          ...(hue !== undefined && { stroke: `hsl(${hue} 50% 50%)` }),
          strokeWidth: 1.5 + Math.min(4, Math.log10(1 + total / 1000)),
        }}
        className={`viaduct-edge viaduct-edge-${kind}${rate !== undefined && rate.dropped > 0 ? ' viaduct-edge-drops' : ''}`}
      />
      {label === '' ? null : (
        <EdgeLabelRenderer>
          <div className="viaduct-edge-label" style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}>
            {label}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

export const edgeTypes = { traffic: TrafficEdge };
