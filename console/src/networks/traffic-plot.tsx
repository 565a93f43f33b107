import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import { rateText } from '../lib/format.ts';
import { useRates, type Sample } from '../topology/rates.ts';

/** The last three minutes of a device's traffic, a point each look; before the second look there is nothing to draw, and it says so. */
export function TrafficPlot({ sample, link }: { readonly sample: Sample; readonly link: string }) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const series = useRef<[number[], number[], number[]]>([[], [], []]);
  const rate = useRates(sample).get(link);
  const [hasData, setHasData] = useState(false);

  useEffect(() => {
    if (place.current === null || !hasData) return;
    const colour = getComputedStyle(place.current).color;
    const time = new Intl.DateTimeFormat(i18n.language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
    const axis = { stroke: colour, grid: { stroke: 'rgba(128,128,128,.25)' } };
    plot.current = new uPlot(
      {
        width: Math.min(820, place.current.clientWidth || 600),
        height: 180,
        legend: { live: false },
        series: [
          { label: t('activity.time') },
          { label: t('topology.receives'), stroke: '#0066cc', width: 2 },
          { label: t('topology.sends'), stroke: '#b86f00', width: 2, dash: [6, 3] },
        ],
        axes: [
          { ...axis, values: (_plot, ticks) => ticks.map((tick) => time.format(tick * 1000)) },
          { ...axis, size: 86, values: (_plot, ticks) => ticks.map(rateText) },
        ],
        scales: { x: { range: (_plot, _low, last) => [last - 180, last] }, y: { range: (_plot, _low, high) => [0, Math.max(high, 1000)] } },
      },
      series.current,
      place.current,
    );
    return () => plot.current?.destroy();
  }, [t, i18n.language, hasData]);

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
    setHasData(true);
  }, [sample.at, rate]);

  if (!hasData) return <p className="viaduct-plot-empty">{t('plot.empty')}</p>;
  return (
    <div
      ref={place}
      role="img"
      aria-label={`${t('network.traffic')}: ${t('topology.receives')} ${rateText(rate?.rx ?? 0)}, ${t('topology.sends')} ${rateText(rate?.tx ?? 0)}`}
    />
  );
}
