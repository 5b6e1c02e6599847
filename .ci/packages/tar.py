"""Tar files that depend on their content and on one date only."""

import gzip
import io
import tarfile


def packed(entries, epoch):
    """Returns a compressed tar file. An entry is a path, bytes, and whether they are a program."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=6, mtime=epoch) as compressed:
        with tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path, data, is_program in entries:
                entry = tarfile.TarInfo(path)
                entry.size, entry.mtime, entry.mode = len(data), epoch, 0o755 if is_program else 0o644
                tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()
