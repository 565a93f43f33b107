#!/usr/bin/env -S php -d extension=libvirt-php.so
<?php
// libvirt-php: one line for each thing it sees.
function show(string $label, $value): void
{
    $said = $value === false ? libvirt_get_last_error() : null;
    echo $label, $said === null ? ' = ' . json_encode($value) : ' ! ' . $said, "\n";
}

$conn = @libvirt_connect('network:///system', false);
show('connect', is_resource($conn));
show('uri', libvirt_connect_get_uri($conn));
$net = @libvirt_network_define_xml($conn, file_get_contents('demo.xml'));
show('define', is_resource($net));
show('start', @libvirt_network_set_active($net, 1));
show('start', @libvirt_network_set_active($net, 1));
show('active', libvirt_network_get_active($net));
show('autostart', libvirt_network_set_autostart($net, 1));
show('autostart', libvirt_network_get_autostart($net));
show('uuid', libvirt_network_get_uuid_string($net));
show('bridge', libvirt_network_get_bridge($net));
show('information', libvirt_network_get_information($net));
show('domain', libvirt_network_get_xml_desc($net, '//domain/@name'));
show('list', libvirt_list_networks($conn));
show('list all', libvirt_list_all_networks($conn));
show('leases', libvirt_network_get_dhcp_leases($net));
show('nope', @libvirt_network_get($conn, 'nope'));
show('stop', libvirt_network_set_active($net, 0));
show('undefine', libvirt_network_undefine($net));
show('list', libvirt_list_networks($conn, VIR_NETWORKS_ALL));
