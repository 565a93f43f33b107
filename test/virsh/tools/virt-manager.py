"""Unmodified virt-manager, on the page of a connection's networks. Each line printed is what the window shows."""
import subprocess
import sys

from screen import choose, find, open_manager, press, pyatspi, until, walk

manager = open_manager('--connect', sys.argv[1], '--show-host-summary')


def names():
    return [node.name for node in walk(table()) if node.getRoleName() == 'table cell' and node.name]


def table():
    return find('net-list', 'table')


def shows(text):
    def visible():
        pane = find('network-grid')
        return any(node.name == text and node.getState().contains(pyatspi.STATE_SHOWING) for node in walk(pane))

    return visible


find(f'{sys.argv[3]} - Connection Details', 'frame')
tabs = find('Virtual Networks', 'page tab').parent
tabs.querySelection().selectChild(1)

choose('demo', names, table)
until('demo is Inactive', shows('Inactive'))
press('net-start')
until('demo is Active', shows('Active'))
press('net-stop')
until('demo is Inactive', shows('Inactive'))

press('net-add')
dialog = find('Create a new virtual network', 'frame')
find('Name:', 'text', dialog).queryEditableText().setTextContents('made-by-mouse')
press('Finish', within=dialog)
choose('made-by-mouse', names, table)
until('made-by-mouse is Active', shows('Active'))
press('net-stop')
until('made-by-mouse is Inactive', shows('Inactive'))
press('net-start')
until('made-by-mouse is Active', shows('Active'))

press('net-add')
dialog = find('Create a new virtual network', 'frame')
find('Name:', 'text', dialog).queryEditableText().setTextContents('isolated-by-mouse')
press('Isolated', 'menu item', find('net-mode', 'combo box', dialog))
for field, text in (('ipv4-network', '10.66.0.0/24'), ('ipv4-start', '10.66.0.50'), ('ipv4-end', '10.66.0.60')):
    find(field, 'text', dialog).queryEditableText().setTextContents(text)
press('Finish', within=dialog)
choose('isolated-by-mouse', names, table)
until('isolated-by-mouse is Active', shows('Active'))

subprocess.run(['virsh', '-q', '-c', 'network:///system', 'net-define', sys.argv[2]], check=True, stdout=subprocess.DEVNULL)
until('a network that virsh defines is listed', lambda: 'isolated' in names())
manager.terminate()
