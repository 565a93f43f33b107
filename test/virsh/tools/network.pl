#!/usr/bin/perl
# Perl's Sys::Virt: one line for each thing it sees.
use strict;
use warnings;
use Sys::Virt;

$| = 1;
sub show {
    my ($label, $call) = @_;
    my $value = eval { $call->() };
    my $error = $@;
    if (ref $error) { printf "%s ! %d %d %s\n", $label, $error->code, $error->domain, $error->message }
    elsif ($error) { print "$label died: $error" }
    else { print "$label = ", (defined $value ? $value : 'nothing'), "\n" }
}
sub slurp { open my $file, '<', shift or die; local $/; <$file> }

Sys::Virt::Event::register_default();
my $conn = Sys::Virt->new(uri => 'network:///system');
my @events;
$conn->network_event_register_any(undef, Sys::Virt::Network::EVENT_ID_LIFECYCLE, sub { push @events, join ' ', $_[1]->get_name, $_[2] });
my $net = $conn->define_network(slurp('demo.xml'));
show 'get_uuid_string', sub { $net->get_uuid_string };
show 'is_active', sub { $net->is_active ? 1 : 0 };
show 'create', sub { $net->create };
show 'create', sub { $net->create };
show 'get_bridge_name', sub { $net->get_bridge_name };
show 'set_autostart', sub { $net->set_autostart(1) };
show 'get_autostart', sub { $net->get_autostart ? 1 : 0 };
show 'update', sub { $net->update(Sys::Virt::Network::UPDATE_COMMAND_ADD_LAST, Sys::Virt::Network::SECTION_IP_DHCP_HOST, -1, "<host mac='52:54:00:00:00:01' ip='192.168.150.20'/>", 0) };
show 'reservation', sub { ($net->get_xml_description =~ /(<host mac='52:54:00:00:00:01'[^>]*>)/)[0] };
show 'leases', sub { scalar $net->get_dhcp_leases };
show 'create_port', sub { $net->create_port(slurp('port.xml'))->get_uuid_string };
show 'list_all_ports', sub { join ' ', map { $_->get_uuid_string } $net->list_all_ports };
show 'list_all_networks', sub { join ' ', map { $_->get_name } $conn->list_all_networks };
show 'list_networks', sub { join ' ', map { $_->get_name } $conn->list_networks };
show 'num_of_defined_networks', sub { $conn->num_of_defined_networks };
show 'get_network_by_name', sub { $conn->get_network_by_name('nope')->get_name };
show 'destroy', sub { $net->destroy };
show 'undefine', sub { $net->undefine };
Sys::Virt::Event::add_timeout(3000, sub { });
for (1 .. 50) { last if @events >= 4; my $timer = Sys::Virt::Event::add_timeout(100, sub { }); Sys::Virt::Event::run_default(); Sys::Virt::Event::remove_timeout($timer) }
print "event $_\n" for @events;
my $host = Sys::Virt->new(uri => 'interface:///system');
show 'list_all_interfaces', sub { join ' ', sort map { $_->get_name } $host->list_all_interfaces };
show 'get_interface_by_mac', sub { $host->get_interface_by_mac('52:54:00:00:99:01')->get_name };
