"""A window of virt-manager, driven through its accessibility tree."""
import subprocess
import time

LOG = '/run/virt-manager.log'
subprocess.run(['gsettings', 'set', 'org.gnome.desktop.interface', 'toolkit-accessibility', 'true'], check=True)


def open_manager(*arguments):
    log = open(LOG, 'w')
    return subprocess.Popen(['virt-manager', '--no-fork', '--debug', *arguments], stdout=log, stderr=log)


import pyatspi  # noqa: E402  It finds the bus that the line above has switched on.

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
    raise SystemExit(f'{name!r} is not on the screen: {open(LOG).read()}')


def holds(true):
    try:
        return true()
    except Exception:  # The tree changed under our feet: not yet.
        return False


def wait(what, true):
    end = time.time() + patience
    while not holds(true):
        if time.time() > end:
            raise SystemExit(f'Never came true: {what}. {open(LOG).read()}')
        time.sleep(0.1)


def until(what, true):
    wait(what, true)
    print(what, flush=True)


def choose(name, names, table):
    """Selects the row of that name, as soon as it is there."""
    until(f'{name} is listed', lambda: name in names())

    def chosen():
        table().queryTable().addRowSelection(names().index(name))
        return True

    wait(f'{name} can be chosen', chosen)


def press(name, role='push button', within=None):
    button = find(name, role, within)
    wait(f'{name} can be pressed', lambda: button.getState().contains(pyatspi.STATE_SENSITIVE))
    button.queryAction().doAction(0)
