import { cpus, totalmem } from 'node:os';
import { dialogueCall, tableOf } from '../procedures.ts';
import { characters, int, nothing, struct, uhyper } from '../xdr.ts';
import { listAllDomains } from './guest.ts';
import { machine } from './machine.ts';

/**
 * What a manager of guests asks of every daemon before it shows anything of it: what the host is, and which
 * guests it has. libvirt's network daemon refuses both, so virt-manager cannot open it; ours tells the host, and
 * no guests.
 */

const nodeInfo = dialogueCall({
  number: 6,
  args: nothing,
  ret: struct({ model: characters(32), memory: uhyper, cpus: int, mhz: int, nodes: int, sockets: int, cores: int, threads: int }),
  answer() {
    const all = cpus();
    return {
      model: machine(),
      memory: BigInt(Math.floor(totalmem() / 1024)),
      cpus: all.length,
      mhz: all[0]?.speed ?? 0,
      // One flat package, which is what libvirt says too of a host whose layout it cannot tell.
      nodes: 1,
      sockets: 1,
      cores: all.length,
      threads: 1,
    };
  },
});

const noDomains = dialogueCall({ ...listAllDomains, answer: () => ({ domains: [], ret: 0 }) });

export const hostProcedures = tableOf(nodeInfo, noDomains);
