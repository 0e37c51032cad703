"""Change the keys of a workspace while it is in use.

The file of the envelope key holds the old and the new key until everything is sealed with the new one, so that a
rotation that is cut short anywhere leaves a workspace that opens, and is done by rotating again. The store holds the
old and the new data key until every cell and every file is encrypted with the new one.
"""

from geodata.envelope import Envelope
from geodata.vault import Vault, rewrapped, sealed_columns
from geodata.workspace import Workspace
from gridmap.store import Store, Transaction
from gridmap.tables import ROWS, DataKey
from gridmap.work.keeping import put, rows_of


def rotate(workspace: Workspace, store: Store, *, data: bool = False) -> int:
    """Seal the data key with a new envelope key; with `data` encrypt every value and file anew with a new data key.

    Return how many rows were encrypted anew. Readers go on with what they have opened; writers wait.

    Raises:
        KeyLost: the envelope key that is here opens nothing.
    """
    envelope, files = workspace.envelope, workspace.files(store)
    files.tidy()
    with store.transaction(write=True) as transaction:
        # asked for under the lock of the writers: two rotations at once would lose each other's keys
        old = envelope.renew()
        for key in rows_of(transaction.read(DataKey), DataKey):
            put(transaction, rewrapped(key, envelope))
        count = _encrypt_anew(transaction, envelope) if data else 0
    if data:
        files.reseal()
    with store.transaction(write=True) as transaction:
        if data:
            files.reseal()  # what was written with the old key while the others were encrypted anew
            older = transaction.read(DataKey)["number"].sort_values()[:-1]
            transaction.delete(DataKey, number=older.tolist())
        envelope.forget(old)
    return count


def _encrypt_anew(transaction: Transaction, envelope: Envelope) -> int:
    """Write every row with sealed columns back as it was read, with a new data key."""
    known = transaction.read(DataKey)
    if known.empty:
        return 0
    kept = {row: transaction.read(row) for row in ROWS if sealed_columns(row)}
    put(transaction, Vault(envelope).new_key(int(known["number"].max()) + 1))
    for row, frame in kept.items():
        transaction.upsert(frame, row)
    return sum(map(len, kept.values()))
