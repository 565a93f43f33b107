#!/usr/bin/python3
# Two hundred connections at once: each makes calls while the others do, and one of them is stopped in the middle.
import resource
import sys
import threading

sys.path = [path for path in sys.path if path not in ('', '.')]
import libvirt

resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
libvirt.registerErrorHandler(lambda *_: None, None)
wrong = []


def work():
    conn = libvirt.open('network:///system')
    for _ in range(20):
        net = conn.networkLookupByName('demo')
        if 'demo' not in net.XMLDesc(0) or len(conn.listAllNetworks(0)) != 1:
            wrong.append('answer')
    conn.close()


def guarded():
    try:
        work()
    except libvirt.libvirtError as error:
        wrong.append(str(error))


threads = [threading.Thread(target=guarded) for _ in range(200)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print('wrong', wrong)
