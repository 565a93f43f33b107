import { describe, expect, test } from 'vitest';
import { ViaductError } from '../../../src/model/errors.ts';
import { hostState, type Change, type HostObject } from '../../../src/model/host-state.ts';
import { diffState } from '../../../src/plan/diff.ts';
import { planChanges } from '../../../src/plan/plan.ts';
import { applyPlan } from '../../../src/service/apply.ts';
import type { System } from '../../../src/system/system.ts';

const file = (path: string): HostObject => ({ kind: 'file', path, text: path });
const address = (link: string): HostObject => ({ kind: 'address', link: link as never, address: '10.0.0.1', prefix: 24 });
const plan = planChanges(diffState(hostState([address('a'), address('b'), file('x'), file('y'), file('z')]), new Map()));

/** Writes down what it is asked, and fails where it is told to. */
function recorder(refuses: (change: Change) => Error | undefined) {
  const asked: string[][] = [];
  const text = ({ action, object }: Change) =>
    `${action} ${object.kind === 'file' ? object.path : object.kind === 'address' ? object.link : ''}`;
  const system = {
    async perform(changes: readonly Change[], { carryOn = false } = {}) {
      asked.push(changes.map(text));
      const results: (Error | undefined)[] = [];
      for (const change of changes) {
        results.push(refuses(change));
        if (results.at(-1) !== undefined && !carryOn) break;
      }
      return results;
    },
  } as unknown as System;
  return { system, asked };
}

const refuseFile = (path: string) => (change: Change) =>
  change.object.kind === 'file' && change.object.path === path && change.action === 'create'
    ? new ViaductError('kernel-refused', 'No space left', { hint: 'Make room.' })
    : undefined;

describe('a plan is carried out', () => {
  test('with changes of one kind together', async () => {
    const { system, asked } = recorder(() => undefined);
    await applyPlan(system, plan);
    expect(asked).toEqual([
      ['create a', 'create b'],
      ['create x', 'create y', 'create z'],
    ]);
  });

  test('or undone, last first, without what was never done', async () => {
    const { system, asked } = recorder(refuseFile('y'));
    await expect(applyPlan(system, plan)).rejects.toMatchObject({
      code: 'kernel-refused',
      message: 'Could not write file y: No space left',
      hint: 'Make room.',
    });
    expect(asked.slice(2)).toEqual([['delete x'], ['delete b', 'delete a']]);
  });

  test('and names what could not be undone', async () => {
    const { system } = recorder(
      (change) =>
        refuseFile('y')(change) ??
        (change.action === 'delete' && change.object.kind === 'address' && change.object.link === ('b' as never)
          ? new Error('busy')
          : undefined),
    );
    await expect(applyPlan(system, plan)).rejects.toMatchObject({
      hint: expect.stringMatching(/Left over: .*10\.0\.0\.1\/24 on b\./) as string,
    });
  });

  test('or kept half done where that is better than nothing', async () => {
    const { system, asked } = recorder(refuseFile('y'));
    await expect(applyPlan(system, plan, { keep: true })).rejects.toThrow('Could not write file y');
    expect(asked).toHaveLength(2);
  });
});
