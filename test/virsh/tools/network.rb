#!/usr/bin/ruby
# ruby-libvirt: one line for each thing it sees.
require 'libvirt'

def show(label)
  value = yield
  puts "#{label} = #{value.inspect}"
rescue Libvirt::Error => error
  puts "#{label} ! #{error.libvirt_code} #{error.libvirt_component} #{error.libvirt_message}"
end

conn = Libvirt.open('network:///system')
net = conn.define_network_xml(File.read('demo.xml'))
show('uuid') { net.uuid }
show('persistent?') { net.persistent? }
show('create') { net.create }
show('create') { net.create }
show('active?') { net.active? }
show('bridge_name') { net.bridge_name }
show('autostart=') { net.autostart = true }
show('autostart?') { net.autostart? }
show('list_networks') { conn.list_networks }
show('num_of_networks') { conn.num_of_networks }
show('list_defined_networks') { conn.list_defined_networks }
show('list_all_networks') { conn.list_all_networks.map(&:name) }
show('xml_desc') { net.xml_desc[/<domain[^>]*>/] }
show('lookup_network_by_name') { conn.lookup_network_by_name('nope') }
show('dhcp_leases') { net.dhcp_leases }
show('update') { net.update(Libvirt::Network::NETWORK_UPDATE_COMMAND_ADD_LAST, Libvirt::Network::NETWORK_SECTION_IP_DHCP_HOST, -1, "<host mac='52:54:00:00:00:01' ip='192.168.150.20'/>", 0) }
show('destroy') { net.destroy }
show('undefine') { net.undefine }
host = Libvirt.open('interface:///system')
show('list_all_interfaces') { host.list_all_interfaces.map(&:name).sort }
show('list_interfaces') { host.list_interfaces.sort }
show('mac') { host.lookup_interface_by_name('eth9').mac }
conn.close
