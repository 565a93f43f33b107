"""Unmodified virt-manager, on the page of a running guest's network card: it moves the card, and adds another one."""
import sys

from screen import choose, find, open_manager, press, pyatspi, until, walk

guest, source, device = sys.argv[1:4]
manager = open_manager('--connect', 'qemu:///system', '--show-domain-editor', guest)
window = find(f'{guest} on QEMU/KVM', 'frame')


def table():
    return find('hw-list', 'table', window)


def hardware():
    return [node.name for node in walk(table()) if node.getRoleName() == 'table cell' and node.name]


choose('NIC :aa:00:01', hardware, table)
page = find('network-tab', within=window)
press(source, 'menu item', find('net-source', 'combo box', page))
if device:
    find('Device name:', 'text', page).queryEditableText().setTextContents(device)
apply = find('config-apply', 'push button', window)
press('config-apply', within=window)
until('the change is applied', lambda: not apply.getState().contains(pyatspi.STATE_SENSITIVE))

press('add-hardware', within=window)
dialog = find('Add New Virtual Hardware', 'frame')
find('Network', 'table cell', dialog)
kinds = next(node for node in walk(dialog) if node.getRoleName() in ('table', 'tree table'))
cells = [node.name for node in walk(kinds) if node.getRoleName() == 'table cell' and node.name]
kinds.queryTable().addRowSelection(cells.index('Network'))
press(source, 'menu item', find('net-source', 'combo box', dialog))
if device:
    find('Device name:', 'text', dialog).queryEditableText().setTextContents(device)
find('MAC Address Field', 'text', dialog).queryEditableText().setTextContents('52:54:00:aa:00:09')
press('Finish', within=dialog)
until('NIC :aa:00:09 is listed', lambda: 'NIC :aa:00:09' in hardware())
manager.terminate()
