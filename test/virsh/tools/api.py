#!/usr/bin/python3
# The API as Python's binding sees it: every call of the network driver, its events and keepalive, one line each.
import libvirt, os, re, sys, threading, time

libvirt.registerErrorHandler(lambda *_: None, None)
libvirt.virEventRegisterDefaultImpl()
running = True


def loop():
    while running:
        libvirt.virEventRunDefaultImpl()


threading.Thread(target=loop, daemon=True).start()


def show(label, call):
    try:
        value = call()
        if isinstance(value, (libvirt.virNetwork, libvirt.virNetworkPort, libvirt.virInterface)):
            value = type(value).__name__
        print(label, '=', repr(value))
        return value
    except libvirt.libvirtError as error:
        print(label, '!', error.get_error_code(), error.get_error_domain(), error.get_error_level(), repr(error.get_error_message()),
              repr(error.get_str1()), repr(error.get_str2()), error.get_int1(), error.get_int2())


def read(name):
    with open(name) as file:
        return file.read()


conn = libvirt.open('network:///system')
closed = []
conn.registerCloseCallback(lambda _conn, reason, _opaque: closed.append(reason), None)
for name in ('getType', 'getURI', 'isSecure', 'isEncrypted', 'isAlive'):
    show(name, getattr(conn, name))
show('setKeepAlive', lambda: conn.setKeepAlive(1, 6))

events = []


def on_event(_conn, net, event, detail, opaque):
    events.append((net.name(), event, detail, opaque))


everything = conn.networkEventRegisterAny(None, libvirt.VIR_NETWORK_EVENT_ID_LIFECYCLE, on_event, 'all')
net = conn.networkDefineXML(read('demo.xml'))
only = conn.networkEventRegisterAny(net, libvirt.VIR_NETWORK_EVENT_ID_LIFECYCLE, on_event, 'demo')
time.sleep(0.3)
events.clear()

show('name', net.name)
show('UUID', net.UUIDString)
show('isActive', net.isActive)
show('isPersistent', net.isPersistent)
show('autostart', net.autostart)
show('setAutostart', lambda: net.setAutostart(7))
show('autostart', net.autostart)
show('setAutostart', lambda: net.setAutostart(0))
show('numOfNetworks', conn.numOfNetworks)
show('numOfDefinedNetworks', conn.numOfDefinedNetworks)
show('listDefinedNetworks', conn.listDefinedNetworks)
show('create', net.create)
show('create', net.create)
show('listNetworks', conn.listNetworks)
show('numOfDefinedNetworks', conn.numOfDefinedNetworks)
show('bridgeName', net.bridgeName)
show('DHCPLeases', net.DHCPLeases)
for flags in range(64):
    names = sorted(each.name() for each in conn.listAllNetworks(flags))
    print('listAllNetworks', flags, names)
show('listAllNetworks', lambda: conn.listAllNetworks(0x100000))
show('XMLDesc', lambda: net.XMLDesc(0))
show('XMLDesc', lambda: net.XMLDesc(64))
show('networkDefineXMLFlags', lambda: conn.networkDefineXMLFlags(read('demo.xml'), 64))
show('networkDefineXMLFlags', lambda: conn.networkDefineXMLFlags(read('bad-forward.xml'), 0))
show('networkCreateXMLFlags', lambda: conn.networkCreateXMLFlags(read('transient.xml'), 64))
show('networkCreateXML', lambda: conn.networkCreateXML(read('demo.xml')))
show('networkLookupByName', lambda: conn.networkLookupByName('nope'))
show('networkLookupByUUIDString', lambda: conn.networkLookupByUUIDString('11111111-2222-3333-4444-555555555555'))
host = "<host mac='52:54:00:00:00:01' ip='192.168.150.20'/>"
show('update', lambda: net.update(3, 4, -1, host, 0))
show('update', lambda: net.update(9, 4, -1, host, 0))
show('update', lambda: net.update(3, 44, -1, host, 0))
show('update', lambda: net.update(3, 4, -1, host, 64))
show('update', lambda: net.update(0, 0, -1, host, 0))
show('networkEventDeregisterAny', lambda: conn.networkEventDeregisterAny(77))
port = net.portCreateXML(read('port.xml'), 0)
show('ports', lambda: len(net.listAllPorts(0)))
show('listAllPorts', lambda: net.listAllPorts(3))
show('portCreateXML', lambda: net.portCreateXML(read('port.xml'), 0))
show('portCreateXML', lambda: net.portCreateXML(read('port.xml'), 64))
show('portCreateXML', lambda: net.portCreateXML(read('port.xml').replace('0001<', '0007<'), libvirt.VIR_NETWORK_PORT_CREATE_RECLAIM))
show('portLookupByUUIDString', lambda: net.portLookupByUUIDString('25e8a4d6-1111-4444-8888-3f0c0c3c0009'))
show('port.UUIDString', port.UUIDString)
show('port.parameters', lambda: port.parameters(0))
show('port.XMLDesc', lambda: port.XMLDesc(0))
show('port.XMLDesc', lambda: port.XMLDesc(4))
limited = net.portCreateXML(read('port-limited.xml'), 0)
show('port.parameters', lambda: limited.parameters(0))
show('port.setParameters', lambda: limited.setParameters({'inbound.average': 3000, 'outbound.average': 0}, 0))
show('port.parameters', lambda: limited.parameters(0))
show('port.delete', lambda: port.delete(4))
show('port.delete', lambda: port.delete(0))
show('port.delete', lambda: port.delete(0))
show('port.XMLDesc', lambda: port.XMLDesc(0))
passing = conn.networkCreateXML(read('transient.xml'))
show('passing.isPersistent', passing.isPersistent)
show('passing.setAutostart', lambda: passing.setAutostart(1))
show('passing.undefine', passing.undefine)
show('passing.destroy', passing.destroy)
show('passing.isActive', passing.isActive)
for part, other in (('<uuid>[^<]*</uuid>', ''), ('25e8a4d6[^<]*', 'xx'), ('<owner>.*</owner>', ''), ("address='[^']*'", "address='zz'"), ('<mac[^>]*>', '')):
    show('portCreateXML', lambda: net.portCreateXML(re.sub(part, other, read('port.xml'), count=1, flags=re.DOTALL), 0))
show('destroy', net.destroy)
show('destroy', net.destroy)
show('listAllPorts', net.listAllPorts)
show('portLookupByUUIDString', lambda: net.portLookupByUUIDString('25e8a4d6-1111-4444-8888-3f0c0c3c0009'))
show('portCreateXML', lambda: net.portCreateXML(read('port.xml'), 0))
show('port.XMLDesc', lambda: limited.XMLDesc(0))
show('port.delete', lambda: limited.delete(0))
show('undefine', net.undefine)
show('XMLDesc', lambda: net.XMLDesc(0))
show('isActive', net.isActive)
show('create', net.create)

for _ in range(100):
    if len(events) >= 8:
        break
    time.sleep(0.05)
for each in sorted(events, key=lambda each: each[3]):
    print('event', *each)
conn.networkEventDeregisterAny(only)
conn.networkEventDeregisterAny(everything)

for name in ('listNWFilters', 'listAllNWFilters', 'listAllNWFilterBindings', 'listAllDevices', 'listAllStoragePools', 'listAllSecrets', 'listAllDomains', 'listAllInterfaces', 'listDomainsID'):
    show(name, getattr(conn, name))
show('createXML', lambda: conn.createXML('<x/>', 0))
for uri in ('network:///session', 'network://', 'network:///'):
    show('open ' + uri, lambda: libvirt.open(uri))

time.sleep(8.5)
show('isAlive after 8.5 s with a ping each second, of which six may be lost', conn.isAlive)

ro = libvirt.openReadOnly('network:///system')
show('ro define', lambda: ro.networkDefineXML(read('demo.xml')))
ro.close()

iface = libvirt.open('interface:///system')
show('interface getType', iface.getType)
show('interfaces', lambda: sorted(each.name() for each in iface.listAllInterfaces(0)))
show('listInterfaces', lambda: sorted(iface.listInterfaces()))
show('listDefinedInterfaces', iface.listDefinedInterfaces)
show('numOfInterfaces', iface.numOfInterfaces)
show('by mac', lambda: iface.interfaceLookupByMACString('52:54:00:00:99:01').name())
show('by mac', lambda: iface.interfaceLookupByMACString('00:00:00:00:00:09'))
show('by mac', lambda: iface.interfaceLookupByMACString('zz'))
show('by name', lambda: iface.interfaceLookupByName('zz'))
eth9 = iface.interfaceLookupByName('eth9')
show('eth9', lambda: (eth9.name(), eth9.MACString(), eth9.isActive()))
show('networks', lambda: iface.listAllNetworks(0))
iface.close()
running = False
conn.close()
print('closed', closed)
