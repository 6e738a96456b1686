"""Files that were sent, by their file_id."""

from __future__ import annotations

import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath

FOLDERS = {"photo": "photos", "voice": "voice", "sticker": "stickers", "video": "videos", "audio": "music"}
KEEP = 2000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file, the kind it was sent as, and where getFile says it is."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    data: bytes
    path: str

    def view(self) -> dict[str, str | int]:
        """The Bot API File."""
        names = {"file_id": self.id, "file_unique_id": self.unique_id, "file_path": self.path}
        return {**names, "file_size": len(self.data)}


class Files:
    """Keeps the latest files in memory."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}
        self.numbers = count(1)

    def add(self, kind: str, data: bytes, name: str = "", mime: str = "") -> StoredFile:
        """Remembers a file; the oldest goes when there are too many."""
        number = next(self.numbers)
        mime = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        ending = PurePosixPath(name).suffix or mimetypes.guess_extension(mime) or ""
        path = f"{FOLDERS.get(kind, 'documents')}/file_{number}{ending if ending.isascii() else ''}"
        unique = hashlib.sha256(data + kind.encode()).hexdigest()[:16]
        stored = StoredFile(f"SandboxFile-{number:08d}-{unique}", unique, kind, name, mime, data, path)
        self.by_id[stored.id] = self.by_path[path] = stored
        if len(self.by_id) > KEEP:
            oldest = self.by_id.pop(next(iter(self.by_id)))
            self.by_path.pop(oldest.path, None)
        return stored


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; a guess for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data) or (640, 480)
    return 640, 480


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
