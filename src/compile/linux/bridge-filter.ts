import type { BridgeFilterOff } from '../../model/bridge-filter.ts';
import { bridgeFilterKey, bridgeFilterSwitches } from '../../model/bridge-filter.ts';
import type { HostObject, SettingFileObject } from '../../model/host-state.ts';

export const sysctlFile = '/etc/sysctl.d/99-viaduct-bridge.conf';
export const udevFile = '/etc/udev/rules.d/99-viaduct-bridge.rules';

/** Docker's bridges, as udev matches names: one that Docker makes later gets its switches when it appears. */
const dockerBridges = 'docker[0-9]*|docker_gwbridge|br-????????????';

/**
 * The host's switches off, now and after each start of the host. `/etc/sysctl.d` is read once, at a time when the
 * module is usually not loaded, and then there is nothing to set; so udev reads our file again when it is.
 */
export function bridgeFilterObjects({ module, before, kept }: BridgeFilterOff): HostObject[] {
  return [
    ...settingFiles(module, kept.length > 0),
    ...kept.map((one): HostObject => ({ kind: 'bridge-filter', bridge: one.bridge, calls: bridgeFilterSwitches, before: one.before })),
    ...bridgeFilterSwitches.flatMap((name): HostObject[] => {
      const was = before[name];
      return was === undefined ? [] : [{ kind: 'sysctl', key: bridgeFilterKey(name), value: '0', shared: false, before: was }];
    }),
  ];
}

function settingFiles(module: string, docker: boolean): SettingFileObject[] {
  const switches = bridgeFilterSwitches.map((name) => `${bridgeFilterKey(name)} = 0\n`).join('');
  const each = bridgeFilterSwitches.map((name) => `ATTR{bridge/nf_call_${name}}="1"`).join(', ');
  return [
    {
      kind: 'setting-file',
      path: sysctlFile,
      text: `${heading}# Frames that stay inside a bridge do not pass the packet filter of the host.\n${switches}`,
    },
    {
      kind: 'setting-file',
      path: udevFile,
      text: [
        heading,
        `# The switches come with module ${module}, all on.\n`,
        `ACTION=="add", SUBSYSTEM=="module", KERNEL=="${module}", RUN+="/sbin/sysctl -q -p ${sysctlFile}"\n`,
        ...(docker
          ? [
              '# Docker wants its own bridges filtered.\n',
              `ACTION=="add", SUBSYSTEM=="net", ENV{DEVTYPE}=="bridge", KERNEL=="${dockerBridges}", ${each}\n`,
            ]
          : []),
      ].join(''),
    },
  ];
}

const heading = '# Written by `viaduct doctor --fix`; `viaduct doctor --undo` takes it back.\n';
