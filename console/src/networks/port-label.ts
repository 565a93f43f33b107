import type { PortSummary } from '../../../src/service/operation-types.ts';

/** What a port is called on pages: its own name, else its guest's. */
export const portLabel = ({ name, owner }: PortSummary): string => name ?? owner.name;
