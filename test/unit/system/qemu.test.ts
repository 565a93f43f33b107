import { expect, test } from 'vitest';

import { cardIn } from '../../../src/system/qemu.ts';

const tap = ['-netdev', 'tap,id=net-vnet0,ifname=vnet0,script=no,downscript=no'];
const otherTap = ['-netdev', 'tap,id=net-vnet1,ifname=vnet1,script=no'];
const found = { monitor: '/run/one.qmp', id: 'net-vnet0' };

test.each([
  { name: 'as -qmp names it', argv: ['qemu', ...otherTap, ...tap, '-qmp', 'unix:/run/one.qmp,server=on,wait=off'], want: found },
  {
    name: 'as -mon and -chardev name it',
    argv: ['qemu', ...tap, '-chardev', 'socket,id=m0,path=/run/one.qmp,server=on', '-mon', 'chardev=m0,mode=control'],
    want: found,
  },
  {
    name: 'not where the monitor speaks to people',
    argv: ['qemu', ...tap, '-chardev', 'socket,id=m0,path=/run/one.qmp', '-mon', 'chardev=m0'],
    want: undefined,
  },
  { name: 'not by a path that starts nobody knows where', argv: ['qemu', ...tap, '-qmp', 'unix:one.qmp,server=on'], want: undefined },
  { name: 'not over the network', argv: ['qemu', ...tap, '-qmp', 'tcp:127.0.0.1:4444,server=on'], want: undefined },
  { name: 'not where it has another tap', argv: ['qemu', ...otherTap, '-qmp', 'unix:/run/one.qmp'], want: undefined },
  {
    name: 'not where the tap came as a descriptor',
    argv: ['qemu', '-netdev', 'tap,fd=27,id=hostnet0', '-qmp', 'unix:/run/one.qmp'],
    want: undefined,
  },
])('the monitor of the QEMU behind a tap is found $name', ({ argv, want }) => {
  expect(cardIn(argv, 'vnet0')).toEqual(want);
});

test('commas are doubled where they are meant', () => {
  expect(cardIn(['qemu', '-netdev', 'tap,id=n,ifname=a,,b', '-qmp', 'unix:/run/a,,b.qmp,server=on'], 'a,b')).toEqual({
    monitor: '/run/a,b.qmp',
    id: 'n',
  });
});
