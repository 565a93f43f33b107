import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import { rateText } from '../lib/format.ts';
import { useRates, type Sample } from '../topology/rates.ts';

/** The last three minutes of a device's traffic, a point each look. */
export function TrafficPlot({ sample, link }: { readonly sample: Sample; readonly link: string }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const series = useRef<[number[], number[], number[]]>([[], [], []]);
  const rate = useRates(sample).get(link);

  useEffect(() => {
    if (place.current === null) return;
    const colour = getComputedStyle(place.current).color;
    const axis = { stroke: colour, grid: { stroke: 'rgba(128,128,128,.25)' } };
    plot.current = new uPlot(
      {
        width: Math.min(820, place.current.clientWidth || 600),
        height: 180,
        legend: { live: false },
        series: [
          {},
          { label: t('topology.receives'), stroke: '#0066cc', width: 2 },
          { label: t('topology.sends'), stroke: '#b86f00', width: 2, dash: [6, 3] },
        ],
        axes: [axis, { ...axis, size: 86, values: (_plot, ticks) => ticks.map(rateText) }],
        scales: { x: { range: (_plot, _low, last) => [last - 180, last] }, y: { range: (_plot, _low, high) => [0, Math.max(high, 1000)] } },
      },
      series.current,
      place.current,
    );
    return () => plot.current?.destroy();
  }, [t]);

  useEffect(() => {
    if (rate === undefined) return;
    const add = (list: number[], value: number): void => {
      list.push(value);
      if (list.length > 90) list.shift();
    };
    add(series.current[0], sample.at / 1000);
    add(series.current[1], rate.rx);
    add(series.current[2], rate.tx);
    plot.current?.setData(series.current);
  }, [sample.at, rate]);

  return (
    <div
      ref={place}
      role="img"
      aria-label={`${t('network.traffic')}: ${t('topology.receives')} ${rateText(rate?.rx ?? 0)}, ${t('topology.sends')} ${rateText(rate?.tx ?? 0)}`}
    />
  );
}
