#!/usr/bin/python3
# watcher.py: listens for networks until its connection ends, says how, and listens again as soon as somebody answers.
import sys
import threading
import time

sys.path = [path for path in sys.path if path not in ('', '.')]
import libvirt

libvirt.registerErrorHandler(lambda *_: None, None)
libvirt.virEventRegisterDefaultImpl()


def loop():
    while True:
        libvirt.virEventRunDefaultImpl()


threading.Thread(target=loop, daemon=True).start()
reasons = {libvirt.VIR_CONNECT_CLOSE_REASON_EOF: 'end of file', libvirt.VIR_CONNECT_CLOSE_REASON_KEEPALIVE: 'keepalive'}


def listen():
    ended = threading.Event()
    conn = libvirt.open('network:///system')
    conn.setKeepAlive(1, 2)

    def closed(_conn, reason, _opaque):
        print('closed:', reasons.get(reason, reason), flush=True)
        ended.set()

    conn.registerCloseCallback(closed, None)
    conn.networkEventRegisterAny(None, libvirt.VIR_NETWORK_EVENT_ID_LIFECYCLE, lambda _c, net, event, _d, _o: print('event', net.name(), event, flush=True), None)
    print('listening', flush=True)
    ended.wait()


while True:
    try:
        listen()
    except libvirt.libvirtError:
        time.sleep(0.1)
