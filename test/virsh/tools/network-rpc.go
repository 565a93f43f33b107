// What Terraform's libvirt provider asks of a network daemon, through the library it stands on: DigitalOcean's
// go-libvirt, which speaks the protocol itself. One verb for each phase of `terraform apply` and `destroy`, each on
// a connection of its own; one line for each thing it sees.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	libvirt "github.com/digitalocean/go-libvirt"
	"github.com/digitalocean/go-libvirt/socket/dialers"
)

const liveAndConfig = libvirt.NetworkUpdateAffectLive | libvirt.NetworkUpdateAffectConfig

func show(label string, err error, values ...any) {
	var refusal libvirt.Error
	switch {
	case errors.As(err, &refusal):
		fmt.Printf("%s ! %d %s\n", label, refusal.Code, refusal.Message)
	case err != nil:
		fmt.Printf("%s ! %s\n", label, err)
	default:
		fmt.Println(append([]any{label, "="}, values...)...)
	}
}

func main() {
	path := "/run/libvirt/virtnetworkd-sock"
	if _, err := os.Stat(path); err != nil {
		path = "/run/libvirt/libvirt-sock"
	}
	conn := libvirt.NewWithDialer(dialers.NewLocal(dialers.WithSocket(path)))
	if err := conn.ConnectToURI("network:///system"); err != nil {
		show("open", err)
		os.Exit(1)
	}
	verbs := map[string]func(*libvirt.Libvirt){
		"create": create, "refresh": refresh, "update": update, "domain": domain, "destroy": destroy, "odd": odd,
	}
	verbs[os.Args[1]](conn)
	show("disconnect", conn.Disconnect(), !conn.IsConnected())
}

// create is libvirt_network's first apply.
func create(conn *libvirt.Libvirt) {
	_, err := conn.ConnectGetLibVersion()
	show("lib version", err, "told")
	uri, err := conn.ConnectGetUri()
	show("uri", err, uri)
	_, err = conn.NetworkLookupByName("demo")
	show("lookup", err)
	xml, err := os.ReadFile("demo.xml")
	show("read", err)
	net, err := conn.NetworkDefineXML(string(xml))
	show("define", err, net.Name)
	show("create", conn.NetworkCreate(net))
	show("autostart", conn.NetworkSetAutostart(net, 1))
	active, err := conn.NetworkIsActive(net)
	show("active", err, active)
}

// refresh is what every plan begins with.
func refresh(conn *libvirt.Libvirt) {
	net, err := conn.NetworkLookupByName("demo")
	show("lookup", err, fmt.Sprintf("%x", net.UUID))
	net, err = conn.NetworkLookupByUUID(net.UUID)
	show("by uuid", err, net.Name)
	xml, err := conn.NetworkGetXMLDesc(net, 0)
	show("xml", err, "\n"+xml)
	active, err := conn.NetworkIsActive(net)
	show("active", err, active)
	persistent, err := conn.NetworkIsPersistent(net)
	show("persistent", err, persistent)
	autostart, err := conn.NetworkGetAutostart(net)
	show("autostart", err, autostart)
	bridge, err := conn.NetworkGetBridgeName(net)
	show("bridge", err, bridge)
	nets, count, err := conn.ConnectListAllNetworks(1, libvirt.ConnectListNetworksActive|libvirt.ConnectListNetworksInactive)
	names := []string{}
	for _, each := range nets {
		names = append(names, each.Name)
	}
	show("list", err, strings.Join(names, " "), count)
}

// update is an apply with other dns.hosts, dns.srvs and dhcp hosts.
func update(conn *libvirt.Libvirt) {
	net, err := conn.NetworkLookupByName("demo")
	show("lookup", err, net.Name)
	change := func(label string, command libvirt.NetworkUpdateCommand, section libvirt.NetworkUpdateSection, xml string) {
		show(label, conn.NetworkUpdateCompat(net, command, section, -1, xml, liveAndConfig))
	}
	host := "<host ip='192.168.150.7'><hostname>seven</hostname></host>"
	change("dns host", libvirt.NetworkUpdateCommandAddLast, libvirt.NetworkSectionDNSHost, host)
	change("dns host again", libvirt.NetworkUpdateCommandAddLast, libvirt.NetworkSectionDNSHost, host)
	change("dns host goes", libvirt.NetworkUpdateCommandDelete, libvirt.NetworkSectionDNSHost, host)
	change("dns host goes again", libvirt.NetworkUpdateCommandDelete, libvirt.NetworkSectionDNSHost, host)
	change("dns srv", libvirt.NetworkUpdateCommandAddLast, libvirt.NetworkSectionDNSSrv,
		"<srv service='ldap' protocol='tcp' domain='demo.lan' target='ldap.demo.lan' port='389'/>")
	// The provider tries to modify, and adds when there was nothing: code 55 tells it.
	reservation := "<host mac='52:54:00:00:00:01' name='a1' ip='192.168.150.20'/>"
	change("dhcp host modify", libvirt.NetworkUpdateCommandModify, libvirt.NetworkSectionIPDhcpHost, reservation)
	change("dhcp host add", libvirt.NetworkUpdateCommandAddLast, libvirt.NetworkSectionIPDhcpHost, reservation)
	change("dhcp host modify", libvirt.NetworkUpdateCommandModify, libvirt.NetworkSectionIPDhcpHost, strings.Replace(reservation, ".20", ".21", 1))
	change("domain", libvirt.NetworkUpdateCommandModify, libvirt.NetworkSectionDomain, "<domain name='x'/>")
	show("autostart", conn.NetworkSetAutostart(net, 0))
}

// domain is what a guest with wait_for_lease looks for.
func domain(conn *libvirt.Libvirt) {
	net, err := conn.NetworkLookupByName("demo")
	show("lookup", err, net.Name)
	for _, mac := range os.Args[2:] {
		leases, count, err := conn.NetworkGetDhcpLeases(net, libvirt.OptString{mac}, 1, 0)
		show("leases of "+mac, err, count)
		for _, lease := range leases {
			fmt.Println(lease.Iface, lease.Type, lease.Mac, lease.Ipaddr, lease.Prefix, lease.Hostname, lease.Clientid, lease.Expirytime > 0)
		}
	}
	_, count, err := conn.NetworkGetDhcpLeases(net, libvirt.OptString{}, 0, 0)
	show("leases, counted", err, count)
	ports, count, err := conn.NetworkListAllPorts(net, 1, 0)
	show("ports", err, len(ports), count)
}

func destroy(conn *libvirt.Libvirt) {
	net, err := conn.NetworkLookupByName("demo")
	show("lookup", err, net.Name)
	show("destroy", conn.NetworkDestroy(net))
	show("undefine", conn.NetworkUndefine(net))
	_, err = conn.NetworkLookupByUUID(net.UUID)
	show("by uuid", err)
	show("not found", nil, libvirt.IsNotFound(err))
}

// odd is what goes wrong, and what the provider asks of other drivers.
func odd(conn *libvirt.Libvirt) {
	_, err := conn.NetworkDefineXML("<network><name>x</name><forward mode='bogus'/></network>")
	show("define", err)
	_, err = conn.NetworkDefineXML("<network")
	show("define", err)
	_, _, err = conn.ConnectListAllNetworks(1, 0x100000)
	show("list", err)
	_, _, err = conn.ConnectListAllStoragePools(1, 0)
	show("pools", err)
	_, _, err = conn.ConnectListAllInterfaces(1, 3)
	show("interfaces", err)
	names, err := conn.ConnectListNetworks(16)
	show("names", err, names)
	id, err := conn.ConnectNetworkEventRegisterAny(0, libvirt.OptNetwork{})
	show("events", err, id)
	show("events", conn.ConnectNetworkEventDeregisterAny(id))
	show("events", conn.ConnectNetworkEventDeregisterAny(id))
	secure, err := conn.ConnectIsSecure()
	show("secure", err, secure)
}
