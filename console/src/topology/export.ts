import type { CanvasEdge, CanvasNode } from './layout.ts';
import type { Topology } from '../../../src/model/topology.ts';

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A plain drawing of the same picture: opens in any viewer, text stays text. */
export function toSvg(nodes: readonly CanvasNode[], edges: readonly CanvasEdge[]): string {
  const at = new Map(nodes.map((node) => [node.id, node]));
  const right = Math.max(0, ...nodes.map(({ position, width = 0 }) => position.x + width)) + 20;
  const bottom = Math.max(0, ...nodes.map(({ position, height = 0 }) => position.y + height)) + 20;
  const lines = edges.map((edge) => {
    const from = at.get(edge.source);
    const to = at.get(edge.target);
    if (from === undefined || to === undefined) return '';
    const [x1, y1, x2, y2] = [
      from.position.x + (from.width ?? 0),
      from.position.y + (from.height ?? 0) / 2,
      to.position.x,
      to.position.y + (to.height ?? 0) / 2,
    ];
    const middle = (x1 + x2) / 2;
    const dash = edge.data?.edge.kind === 'wire' ? '' : ' stroke-dasharray="5 4"';
    return `<path d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}" fill="none" stroke="#6a6e73" stroke-width="1.5"${dash}/>`;
  });
  const boxes = nodes.map(({ position, width = 0, height = 0, data: { node } }) => {
    const second =
      node.kind === 'guest'
        ? `${node.tap} ${node.addresses[0] ?? ''}`
        : node.kind === 'switch'
          ? `${node.bridge ?? ''} ${node.hostPort?.addresses[0] ?? ''}`
          : 'addresses' in node
            ? (node.addresses[0] ?? '')
            : '';
    return `<g transform="translate(${position.x} ${position.y})"><rect width="${width}" height="${height}" rx="6" fill="#fff" stroke="#3c3f42"/><text x="10" y="22" font-weight="bold">${escapeXml(node.label)}</text><text x="10" y="42" fill="#4d5258">${escapeXml(second)}</text></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-20 -20 ${right + 20} ${bottom + 20}" width="${right + 20}" height="${bottom + 20}" font-family="sans-serif" font-size="13">${lines.join('')}${boxes.join('')}</svg>\n`;
}

/** Mermaid's flowchart, for a wiki or a README. */
export function toMermaid(topology: Topology): string {
  const ids = new Map(topology.nodes.map(({ id }, position) => [id, `n${position}`]));
  const quote = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`;
  return [
    'flowchart LR',
    ...topology.nodes.map(
      (node) =>
        `  ${ids.get(node.id)}${node.kind === 'switch' ? `[[${quote(node.label)}]]` : node.kind === 'guest' ? `(${quote(`${node.label} ${node.addresses[0] ?? ''}`.trim())})` : `[${quote(node.label)}]`}`,
    ),
    ...topology.edges.map(({ from, to, kind }) => `  ${ids.get(from)} ${kind === 'wire' ? '---' : `-. ${kind} .-`} ${ids.get(to)}`),
    '',
  ].join('\n');
}

/** The SVG drawn to a canvas at twice its size. */
export async function toPng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw.');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('This browser cannot draw.')) : resolve(blob)), 'image/png'),
  );
}
