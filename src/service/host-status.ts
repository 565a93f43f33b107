import { isDeepStrictEqual } from 'node:util';
import { ViaductError } from '../model/errors.ts';
import type { FilesChange } from '../model/host-config.ts';
import { changeGuarded } from './checkpoint.ts';
import type { Context } from './context.ts';
import { readings } from './dialects.ts';
import { wayOf } from './host-bridges.ts';
import { undoWritten } from './host-write.ts';
import type { HostChange, HostStatus, Input } from './operation-types.ts';

/** What waits, what could be undone, and who manages what. */
export function hostStatus({ store }: Context): HostStatus {
  const { checkpoint, lastChange } = store.catalog();
  const all = readings();
  return {
    ...(checkpoint !== undefined && {
      waiting: {
        left: Math.max(0, checkpoint.deadline - Date.now()),
        ...(checkpoint.working === true && { working: true }),
        ...partsOf(checkpoint.files),
      },
    }),
    ...(lastChange !== undefined && { last: { at: lastChange.at, ...partsOf(lastChange.files) } }),
    written: all
      .flatMap(({ interfaces }) => interfaces)
      .map(({ definition, backend, file, line }) => ({ interface: definition.name, backend, file, line })),
    findings: all.flatMap(({ findings }) => findings),
    unreadable: all.flatMap(({ backend, unreadable }) => (unreadable === undefined ? [] : [{ backend, reason: unreadable.message }])),
  };
}

/** Takes back what was confirmed last; a second time, that is done again. */
export async function undoHostChange(context: Context, input: Input<'host.undo'>): Promise<HostChange> {
  const { lastChange, interfaces } = context.store.catalog();
  if (lastChange === undefined)
    throw new ViaductError('operation-invalid', 'no change of the host was confirmed yet that could be undone', {
      hint: 'One that still waits is taken back by `viaduct host rollback`.',
    });
  const { files, before, after } = lastChange;
  if (files !== undefined) return undoWritten(context, files, wayOf(input));
  if (!isDeepStrictEqual(interfaces, after))
    throw new ViaductError('operation-invalid', 'the interfaces of the host were changed otherwise since', {
      hint: 'Change them step by step: `viaduct iface-list --all` shows them.',
    });
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
  const { plan, confirmWithin } = await changeGuarded(context, (catalog) => ({ ...catalog, interfaces: before }), wayOf(input));
  const name = names.find((one) => !isDeepStrictEqual(before.get(one), after.get(one))) ?? '';
  return { name, steps: plan.steps.map(({ summary }) => summary), moved: [], ...(confirmWithin !== undefined && { confirmWithin }) };
}

function partsOf(change: FilesChange | undefined): Pick<NonNullable<HostStatus['waiting']>, 'backend' | 'files'> {
  return { ...(change !== undefined && { backend: change.backend }), files: change?.files.map(({ path }) => path) ?? [] };
}
