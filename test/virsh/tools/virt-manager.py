"""Unmodified virt-manager, driven through its accessibility tree. Each line printed is what the window shows."""
import subprocess
import sys
import time

subprocess.run(['gsettings', 'set', 'org.gnome.desktop.interface', 'toolkit-accessibility', 'true'], check=True)
log = open('/run/virt-manager.log', 'w')
manager = subprocess.Popen(
    ['virt-manager', '--connect', sys.argv[1], '--show-host-summary', '--no-fork', '--debug'], stdout=log, stderr=log
)
import pyatspi  # noqa: E402  It finds the bus that the line above has made.

patience = 30


def walk(node):
    if node is None:
        return
    yield node
    for child in node:
        yield from walk(child)


def labels(node):
    return [relation.getTarget(0).name for relation in node.getRelationSet() if relation.getRelationType() == pyatspi.RELATION_LABELLED_BY]


def find(name, role=None, within=None):
    """The thing of that name, as soon as it is on the screen."""
    end = time.time() + patience
    while time.time() < end:
        for top in [within] if within else pyatspi.Registry.getDesktop(0):
            try:
                for node in walk(top):
                    if name in (node.name, *labels(node)) and (role is None or node.getRoleName() == role):
                        return node
            except Exception:  # The tree changed under our feet.
                pass
        time.sleep(0.1)
    raise SystemExit(f'{name!r} is not on the screen: {open("/run/virt-manager.log").read()}')


def wait(what, true):
    end = time.time() + patience
    while not true():
        if time.time() > end:
            raise SystemExit(f'Never came true: {what}. {open("/run/virt-manager.log").read()}')
        time.sleep(0.1)


def until(what, true):
    wait(what, true)
    print(what, flush=True)


def press(name, role='push button', within=None):
    button = find(name, role, within)
    wait(f'{name} can be pressed', lambda: button.getState().contains(pyatspi.STATE_SENSITIVE))
    button.queryAction().doAction(0)


def names(list_name='net-list'):
    table = find(list_name, 'table')
    return [node.name for node in walk(table) if node.getRoleName() == 'table cell' and node.name]


def choose(network):
    until(f'{network} is listed', lambda: network in names())
    table = find('net-list', 'table')
    table.queryTable().addRowSelection(names().index(network))


def shows(text):
    def visible():
        pane = find('network-grid')
        return any(node.name == text and node.getState().contains(pyatspi.STATE_SHOWING) for node in walk(pane))

    return visible


find('network - Connection Details', 'frame')
tabs = find('Virtual Networks', 'page tab').parent
tabs.querySelection().selectChild(1)

choose('demo')
until('demo is Inactive', shows('Inactive'))
press('net-start')
until('demo is Active', shows('Active'))
press('net-stop')
until('demo is Inactive', shows('Inactive'))

press('net-add')
dialog = find('Create a new virtual network', 'frame')
find('Name:', 'text', dialog).queryEditableText().setTextContents('made-by-mouse')
press('Finish', within=dialog)
choose('made-by-mouse')
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
choose('isolated-by-mouse')
until('isolated-by-mouse is Active', shows('Active'))

subprocess.run(['virsh', '-q', '-c', 'network:///system', 'net-define', sys.argv[2]], check=True, stdout=subprocess.DEVNULL)
until('a network that virsh defines is listed', lambda: 'isolated' in names())
manager.terminate()
