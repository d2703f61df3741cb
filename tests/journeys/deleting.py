"""Deletes every batch of a data folder, in a process of its own that can be killed."""

import sys
from pathlib import Path

from kvitto.store.database import open_database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer


def main(folder: Path) -> None:
    """Delete them, and say so as soon as the store has promised it."""
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        keys = tuple([one.key for one in Reader(database).batches()])
        writer.edit(DeleteBatches(keys)).result()
        sys.stdout.write("deleted\n")
        sys.stdout.flush()
        writer.flush()
        writer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
