"""A stand-in for a disk that fills up."""

import errno
import io
import os

from typing_extensions import Buffer, override


class FullDisk(io.BytesIO):
    """Takes `room` bytes, then says that there is no space left."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    @override
    def write(self, data: Buffer, /) -> int:
        if self.tell() + memoryview(data).nbytes > self._room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)
