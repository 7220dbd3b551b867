"""At boot, before services start: puts back what a power cut left half done and settings that nobody confirmed."""

import confirm
import journal
import locks


def settle():
    with locks.hold(locks.HOST):
        journal.recover(services=False)
        confirm.expire_all(boot=True)
