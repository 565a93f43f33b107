import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after } from 'node:test';

import { Space } from '../../src/lab/space.ts';
import type { BackendName, HostFileChange } from '../../src/model/host-config.ts';
import { eventually, viaduct } from '../netns/harness.ts';
import { Machine } from './machine.ts';
import { proof } from './proof.ts';

/** A program that brings a host's interfaces up at boot, and how it is told to by hand. */
export interface HostTool {
  readonly backend: BackendName;
  /** The fact of the first boot, and that of the second; with the rows they prove. */
  readonly facts: readonly [string, string];
  /** The card with a fixed address and a name server, as an administrator has it before. */
  readonly file: string;
  readonly text: string;
  /** Shell: the card comes up as `text` says. */
  readonly first: string;
  /** Shell: says the name servers of br0; systemd-resolved is asked where this is absent. */
  readonly dns?: string;
  /** Its services, to be started at boot from now on. */
  readonly units: readonly string[];
}

const marker = '/var/lib/viaduct-proof';
/** Like the first, with a gateway that is nobody's. */
const wrong = '/var/lib/wrong.xml';
const intents = ['/var/lib/br0.xml', '/var/lib/brvlan10.xml'] as const;
/** The address of the card before, and of its bridge afterwards; the gateway answers, and is the LAN's only other machine. */
const [address, gateway, nameServer] = ['10.0.2.50/24', '10.0.2.2', '10.0.2.3'];
const host = new Space('machine', []);
/** Every step of a tool takes seconds where the processor is emulated, and ifupdown's boot a minute. */
const slow = { timeoutMs: 120_000 };
const patience = { seconds: 600 };

/** One intent for every tool: the card under a bridge with its MAC, and VLAN 10 of the card under another. */
const bridgeXml = (mac: string, name: string, ip: string, port: string): string => `<interface type='bridge' name='${name}'>
  <start mode='onboot'/><protocol family='ipv4'>${ip}</protocol><mac address='${mac}'/>
  <bridge stp='off' delay='0'>${port}</bridge></interface>`;

/**
 * In the first boot Viaduct makes the change, by the tool's own files and the tool itself, and takes back what is wrong or not
 * confirmed. In the one after, nothing is done: what is so is what the tool has made at boot.
 */
export function proveTool(tool: HostTool): void {
  if (existsSync(marker)) {
    proof(
      tool.facts[1],
      async () => {
        await looksAsAsked(tool);
        assert.equal((await planned(tool)).length, 0);
      },
      patience,
    );
    return;
  }
  const machine = new Machine();
  after(() => machine.close());
  const viaductSays = (...argv: readonly string[]) =>
    machine.host.run([viaduct, '--socket', machine.socket, ...argv], { timeoutMs: 300_000 });
  const must = async (...argv: readonly string[]): Promise<void> => {
    const { code, stderr } = await viaductSays(...argv);
    assert.equal(code, 0, stderr);
  };
  let before: unknown;
  const isAsBefore = async (): Promise<void> => {
    let now: unknown;
    const same = async () => JSON.stringify((now = await picture(tool))) === JSON.stringify(before);
    await eventually('all is as it was', same, 30_000).catch(() => undefined);
    assert.deepEqual(now, before);
    assert.equal(await host.ping(gateway, { tries: 5 }), true);
  };

  proof(
    `${tool.backend}: S005: a wrong gateway is taken back at once, to the byte`,
    async () => {
      write(tool.file, tool.text);
      await host.sh(tool.first, slow);
      await eventually('the card has its address', async () => (await host.addresses()).includes('10.0.2.50'), 60_000);
      await eventually('the gateway answers', () => host.ping(gateway), 60_000);
      const [card] = await host.ip<{ address: string }[]>('link', 'show', 'eth0');
      const mac = card?.address ?? '';
      const over = (ip: string) => bridgeXml(mac, 'br0', ip, "<interface type='ethernet' name='eth0'/>");
      writeFileSync(intents[0], over(`<ip address='10.0.2.50' prefix='24'/><route gateway='${gateway}'/>`));
      writeFileSync(
        intents[1],
        bridgeXml(
          mac,
          'brvlan10',
          "<ip address='10.10.0.1' prefix='24'/>",
          "<interface type='vlan' name='eth0.10'><vlan tag='10'><interface name='eth0'/></vlan></interface>",
        ),
      );
      writeFileSync(wrong, over("<ip address='10.0.2.50' prefix='24'/><route gateway='10.0.2.77'/>"));
      await machine.startDaemon();
      before = await picture(tool);
      const { code, stderr } = await viaductSays('host', 'apply', wrong);
      assert.match(stderr, /gateway 10\.0\.2\.77 does not answer/);
      assert.equal(code, 1);
      await isAsBefore();
    },
    patience,
  );

  proof(
    `${tool.backend}: S004: what nobody confirms is taken back, to the byte, also when the daemon is killed`,
    async () => {
      await must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '25');
      assert.notDeepEqual(await picture(tool), before);
      await machine.stopDaemon('SIGKILL');
      await eventually('it was taken back', () => Promise.resolve(!existsSync(machine.checkpoint)), 90_000);
      await isAsBefore();
      await machine.startDaemon();
    },
    patience,
  );

  proof(
    tool.facts[0],
    async () => {
      for (const intent of intents) {
        await must('host', 'apply', intent, '--for', '60');
        await must('host', 'confirm');
      }
      await looksAsAsked(tool);
      assert.equal((await planned(tool)).length, 0);
      await host.sh(`systemctl enable ${tool.units.join(' ')}`);
      writeFileSync(marker, '');
    },
    patience,
  );
}

/** The files of all tools, to the byte and with their modes, and the kernel's account. */
async function picture({ file }: HostTool): Promise<unknown> {
  const folders = `/etc/network /etc/netplan /etc/NetworkManager/system-connections /etc/systemd/network ${dirname(file)}`;
  return {
    files: await host.sh(
      `find ${folders} -type f -print0 2>/dev/null | sort -zu | xargs -0 -r -n1 sh -c 'stat -c "%n %a %u:%g" "$1"; sha256sum < "$1"' sh`,
    ),
    ...((await state()) as object),
  };
}

/** Secret, as all of these programs like their files; without a text it goes. */
function write(path: string, text: string | undefined): void {
  if (text === undefined) rmSync(path);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: path.includes('/systemd/') ? 0o644 : 0o600 });
  }
}

/** What `viaduct host plan` would change; it finds out by itself whose files these are. */
async function planned(tool: HostTool): Promise<readonly HostFileChange[]> {
  const { code, stdout, stderr } = await host.run([viaduct, '--json', 'host', 'plan', intents[0], '--and', intents[1]]);
  assert.ok(code === 4 || code === 0, stderr);
  const { backend, changes } = JSON.parse(stdout) as { backend: BackendName; changes: HostFileChange[] };
  assert.equal(backend, tool.backend);
  return changes;
}

interface Link {
  readonly ifname: string;
  readonly address: string;
  readonly link?: string;
  readonly master?: string;
  readonly flags: readonly string[];
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: { readonly id?: number; readonly protocol?: string; readonly stp_state?: number };
  };
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly family: string }[];
}

/** The kernel's own account, the same for every tool. Without spanning tree a forward delay means nothing, and NetworkManager sets none. */
async function state(): Promise<unknown> {
  const links = await host.ip<Link[]>('-d', 'address', 'show');
  const card = links.find(({ ifname }) => ifname === 'eth0')?.address;
  const about = ({ address: mac, link, master, flags, linkinfo, addr_info }: Link) => ({
    isUp: flags.includes('UP'),
    hasMacOfCard: mac === card,
    master: master ?? '',
    addresses: addr_info.filter(({ family }) => family === 'inet').map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    ...(linkinfo?.info_kind === 'bridge' && { stp: linkinfo.info_data?.stp_state }),
    ...(linkinfo?.info_kind === 'vlan' && { vlan: `${linkinfo.info_data?.id} of ${link}` }),
  });
  const routes = await host.ip<{ gateway: string; dev: string }[]>('route', 'show', 'default');
  return {
    links: Object.fromEntries(links.filter(({ ifname }) => ifname !== 'lo').map((link) => [link.ifname, about(link)])),
    routes: routes.map(({ gateway: via, dev }) => `${via} by ${dev}`),
  };
}

const port = { isUp: true, hasMacOfCard: true, addresses: [] };
const bridge = { isUp: true, hasMacOfCard: true, master: '', stp: 0 };
const wanted = {
  links: {
    br0: { ...bridge, addresses: [address] },
    brvlan10: { ...bridge, addresses: ['10.10.0.1/24'] },
    eth0: { ...port, master: 'br0' },
    'eth0.10': { ...port, master: 'brvlan10', vlan: '10 of eth0' },
  },
  routes: [`${gateway} by br0`],
};

async function looksAsAsked({ dns = 'resolvectl dns br0' }: HostTool): Promise<void> {
  let last: unknown;
  const settled = async (): Promise<boolean> => {
    last = await state();
    try {
      assert.deepEqual(last, wanted);
      return (await host.sh(dns)).includes(nameServer);
    } catch {
      return false;
    }
  };
  await eventually('the kernel is as asked', settled, 150_000).catch(() => undefined);
  assert.deepEqual(last, wanted);
  assert.ok((await host.sh(dns)).includes(nameServer));
  assert.equal(await host.ping(gateway, { tries: 5 }), true);
}
