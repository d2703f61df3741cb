"""What the user says of a batch, for the export's tests."""

from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer


def label_batch(writer: Writer, reader: Reader, batch_id: str, label: str) -> None:
    """Give a batch a label, and four messages to expect."""
    batch = reader.batch(batch_id)
    assert batch is not None
    edit_batch(writer, batch.key, label=label, expected=4)


def edit_batch(writer: Writer, key: int, *, label: str, expected: int | None = None) -> None:
    """Change a batch's label and expected number."""
    change = BatchChange(label=label, expected_count=expected)
    writer.edit(ChangeBatch(key, change)).result(timeout=60)
