"""A disk in memory that writes down what is written to it, and when its cache is flushed.

It is a file of a file system of our own (the FUSE protocol of <linux/fuse.h>), which a loop device
is put on: so each block that the kernel's file system writes comes by here, in its order, and each
barrier as an fsync. That is what dm-log-writes does, for kernels that have no device mapper."""

import ctypes
import errno
import os
import struct
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
MNT_DETACH = 2

# Opcodes. Those that are answered by nothing, or by success without data.
FORGET, GETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT = \
    2, 3, 14, 15, 16, 17, 18, 20, 25, 26
INTERRUPT, BATCH_FORGET = 36, 42
WITHOUT_ANSWER = {FORGET, INTERRUPT, BATCH_FORGET}

REQUEST = struct.Struct("<IIQQIIIHH")
ANSWER = struct.Struct("<IiQ")
TRANSFER = struct.Struct("<QQIIQII")  # Handle, offset, size; the rest does not matter.

MAXIMUM_WRITE_OCTETS = 128 << 10
BIG_WRITES, MAX_PAGES = 1 << 5, 1 << 22


class Flush:
    """All that was written before survives whatever comes."""


class Disk:
    """The file at `path`, which must be there, is the disk until it is closed."""

    def __init__(self, path, image):
        self.path = path
        self.image = bytearray(image)
        # Pairs of offset and octets, flushes, and what others note in between.
        self.log = []
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self.device},rootmode=100600,user_id=0,group_id=0".encode()
        if LIBC.mount(b"mailpit-disk", path.encode(), b"fuse", 0, options) != 0:
            raise OSError(ctypes.get_errno(), f"mount of fuse: {os.strerror(ctypes.get_errno())}")
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        LIBC.umount2(self.path.encode(), MNT_DETACH)

    def note(self, what):
        self.log.append(what)

    def serve(self):
        while True:
            try:
                request = os.read(self.device, MAXIMUM_WRITE_OCTETS + (64 << 10))
                _, opcode, unique, *_ = REQUEST.unpack_from(request)
                if opcode in WITHOUT_ANSWER:
                    continue
                code, data = self.answer(opcode, memoryview(request)[REQUEST.size:])
                os.write(self.device, ANSWER.pack(ANSWER.size + len(data), -code, unique) + data)
            except OSError as error:
                # fuse(4): ENOENT where whoever asked does not wait any more.
                if error.errno not in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                    return  # It was unmounted.

    def answer(self, opcode, request):
        """An error number or 0, and the data of the answer."""
        if opcode == INIT:
            pages = MAXIMUM_WRITE_OCTETS >> 12
            return 0, struct.pack("<IIIIHHIIHHII24x", 7, 31, 0, BIG_WRITES | MAX_PAGES, 16, 12,
                                  MAXIMUM_WRITE_OCTETS, 1, pages, 0, 0, 0)
        if opcode == GETATTR:
            size = len(self.image)
            return 0, struct.pack("<QII", 3600, 0, 0) + struct.pack(
                "<QQQQQQ10I", 1, size, size >> 9, 0, 0, 0, 0, 0, 0, 0o100600, 1, 0, 0, 0, 4096, 0)
        if opcode == OPEN:
            return 0, struct.pack("<QIi", 1, 0, 0)
        if opcode == READ:
            _, offset, size, *_ = TRANSFER.unpack_from(request)
            return 0, bytes(self.image[offset:offset + size])
        if opcode == WRITE:
            _, offset, size, *_ = TRANSFER.unpack_from(request)
            octets = bytes(request[TRANSFER.size:TRANSFER.size + size])
            self.image[offset:offset + size] = octets
            self.log.append((offset, octets))
            return 0, struct.pack("<II", size, 0)
        if opcode == FSYNC:
            self.log.append(Flush)
            return 0, b""
        if opcode == STATFS:
            return 0, bytes(80)
        if opcode in (RELEASE, FLUSH):
            return 0, b""
        return errno.ENOSYS, b""
