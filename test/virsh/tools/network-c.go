// The Go binding of libvirt's own C library: one line for each thing it sees.
package main

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	libvirt "github.com/libvirt/libvirt-go"
)

func show(label string, err error, values ...any) {
	var refusal libvirt.Error
	switch {
	case errors.As(err, &refusal):
		fmt.Printf("%s ! %d %d %d %s\n", label, refusal.Code, refusal.Domain, refusal.Level, refusal.Message)
	case err != nil:
		fmt.Printf("%s ! %s\n", label, err)
	default:
		fmt.Println(append([]any{label, "="}, values...)...)
	}
}

func read(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func main() {
	if err := libvirt.EventRegisterDefaultImpl(); err != nil {
		panic(err)
	}
	go func() {
		for {
			if libvirt.EventRunDefaultImpl() != nil {
				return
			}
		}
	}()
	conn, err := libvirt.NewConnect("network:///system")
	if err != nil {
		show("open", err)
		os.Exit(1)
	}
	told := make(chan string, 16)
	id, err := conn.NetworkEventLifecycleRegister(nil, func(_ *libvirt.Connect, net *libvirt.Network, event *libvirt.NetworkEventLifecycle) {
		name, _ := net.GetName()
		told <- fmt.Sprint("event ", name, " ", event.Event)
	})
	show("register", err)
	time.Sleep(200 * time.Millisecond)

	net, err := conn.NetworkDefineXML(read("demo.xml"))
	show("define", err)
	uuid, err := net.GetUUIDString()
	show("uuid", err, uuid)
	show("create", net.Create())
	show("create", net.Create())
	active, err := net.IsActive()
	show("active", err, active)
	show("autostart", net.SetAutostart(true))
	autostart, err := net.GetAutostart()
	show("autostart", err, autostart)
	bridge, err := net.GetBridgeName()
	show("bridge", err, bridge)
	show("update", net.Update(libvirt.NETWORK_UPDATE_COMMAND_ADD_LAST, libvirt.NETWORK_SECTION_IP_DHCP_HOST, -1,
		"<host mac='52:54:00:00:00:01' ip='192.168.150.20'/>", libvirt.NETWORK_UPDATE_AFFECT_LIVE|libvirt.NETWORK_UPDATE_AFFECT_CONFIG))
	xml, err := net.GetXMLDesc(libvirt.NETWORK_XML_INACTIVE)
	show("reservation", err, strings.Contains(xml, "192.168.150.20"))
	leases, err := net.GetDHCPLeases()
	show("leases", err, len(leases))
	port, err := net.PortCreateXML(read("port.xml"), 0)
	show("port", err)
	uuid, err = port.GetUUIDString()
	show("port uuid", err, uuid)
	ports, err := net.ListAllPorts(0)
	show("ports", err, len(ports))
	show("port delete", port.Delete(0))
	show("port delete", port.Delete(0))
	nets, err := conn.ListAllNetworks(libvirt.CONNECT_LIST_NETWORKS_ACTIVE)
	show("networks", err, len(nets))
	names, err := conn.ListNetworks()
	show("names", err, names)
	_, err = conn.LookupNetworkByName("nope")
	show("lookup", err)
	_, err = conn.LookupNetworkByUUIDString("11111111-2222-3333-4444-555555555555")
	show("lookup", err)
	alive, err := conn.IsAlive()
	show("alive", err, alive)
	secure, err := conn.IsSecure()
	show("secure", err, secure)
	kind, err := conn.GetType()
	show("type", err, kind)
	show("destroy", net.Destroy())
	show("undefine", net.Undefine())
	for count := 0; count < 4; count++ {
		select {
		case line := <-told:
			fmt.Println(line)
		case <-time.After(5 * time.Second):
			fmt.Println("no event")
		}
	}
	show("deregister", conn.NetworkEventDeregister(id))
	_, err = conn.Close()
	show("close", err)

	host, err := libvirt.NewConnect("interface:///system")
	show("open", err)
	ifaces, err := host.ListAllInterfaces(0)
	found := []string{}
	for _, iface := range ifaces {
		name, _ := iface.GetName()
		found = append(found, name)
	}
	sort.Strings(found)
	show("interfaces", err, found)
	iface, err := host.LookupInterfaceByMACString("52:54:00:00:99:01")
	show("by mac", err)
	name, err := iface.GetName()
	show("name", err, name)
	_, err = host.LookupInterfaceByName("nope")
	show("by name", err)
	_, err = host.Close()
	show("close", err)
}
