import { ViaductError } from '../../model/errors.ts';
import { elementsOf, textOf, type XmlElement } from './xml.ts';

/** What an element may contain. Only asked for: without the validate flag, unknown things are ignored. */
export interface Shape {
  /** Attributes, each with the words it may be; `any` is for the parser to judge. */
  readonly attributes?: Readonly<Record<string, readonly string[] | 'any'>>;
  /** Children that may appear, by name. */
  readonly children?: Readonly<Record<string, Shape>>;
  /** Which of the children may appear more than once. */
  readonly many?: readonly string[];
  /** Children of other namespaces: what they hold is their business, or has a shape of its own. */
  readonly foreign?: 'any' | { readonly namespace: string; readonly name: string; readonly shape: Shape };
  readonly text?: boolean;
  /** The children's own namespace; empty for none. */
  readonly namespace?: string;
}

/** Text and nothing else. */
export const textShape: Shape = { text: true };

export const yesNoWords = ['yes', 'no'] as const;

/** @throws `schema-invalid`, naming the first element or attribute that has no place, and its line. */
export function checkShape(element: XmlElement, shape: Shape): void {
  for (const { name, prefix, value } of element.attributes) {
    const allowed = prefix === '' ? shape.attributes?.[name] : undefined;
    if (allowed === undefined) throw invalid(element, `Invalid attribute ${name} for element ${element.name}`);
    if (allowed !== 'any' && !allowed.includes(value)) {
      throw invalid(element, `Element ${element.name} has attribute ${name}='${value}', which is none of: ${allowed.join(', ')}`);
    }
  }
  const seen = new Set<string>();
  for (const child of elementsOf(element)) {
    const childShape = shapeOf(child, shape);
    if (childShape === undefined) throw invalid(child, `Did not expect element ${child.name} there, in ${element.name}`);
    if (seen.has(child.name) && shape.many?.includes(child.name) !== true && childShape !== anything) {
      throw invalid(child, `Extra element ${child.name} in ${element.name}`);
    }
    seen.add(child.name);
    if (childShape !== anything) checkShape(child, childShape);
  }
  if (shape.text !== true && shape.foreign !== 'any' && elementsOf(element).length === 0 && textOf(element).trim() !== '') {
    throw invalid(element, `Element ${element.name} has text where none is expected`);
  }
}

const anything: Shape = {};

function shapeOf(child: XmlElement, { children, foreign, namespace = '' }: Shape): Shape | undefined {
  if (child.namespace === namespace) return children?.[child.name];
  if (foreign === 'any') return anything;
  return foreign?.namespace === child.namespace && foreign.name === child.name ? foreign.shape : undefined;
}

function invalid(element: XmlElement, what: string): ViaductError {
  return new ViaductError('schema-invalid', `line ${element.line}: ${what}`, {
    hint: 'Without the validate flag, what nobody knows is ignored.',
    params: { line: element.line },
  });
}
