"""Personal data at rest: AES-256-GCM, one key per member, each wrapped by a master key that is not in the database.

Destroying a member's wrapped key (erasure) makes all that was sealed for them unreadable. A backup made before still
holds that key, wrapped: it is as old as the backup, and the master key opens it.
The platform's developer terms ask for encryption at rest with the key stored apart.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections import OrderedDict
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, select, update

from storage.tables import member

NONCE_BYTES = 12
KEYS_REMEMBERED = 5_000


class KeyProblem(Exception):
    """The key file cannot be used: missing, unreadable, too open, or of another database."""


class Cipher:
    """Seals and opens bytes under one key; every sealing draws a fresh nonce and stores it in front."""

    def __init__(self, key: bytes) -> None:
        self._gcm = AESGCM(key)

    def seal(self, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._gcm.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """Raises `KeyProblem` where the bytes were sealed under another key or were tampered with."""
        try:
            return self._gcm.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except InvalidTag as error:
            raise KeyProblem("sealed data does not open with this key") from error


class Vault:
    """The installation's keys, all derived from the one master key in the key file."""

    def __init__(self, master: bytes) -> None:
        self._wrapping = Cipher(_derive(master, b"guanxi wrap member keys"))
        self._members: OrderedDict[int, Cipher] = OrderedDict()
        self.installation = Cipher(_derive(master, b"guanxi installation"))
        self._look_up = _derive(master, b"guanxi look up usernames")
        self._words = _derive(master, b"guanxi find words")
        self._voucher_codes = _derive(master, b"guanxi voucher codes")
        self._welcomed = _derive(master, b"guanxi welcome points were given")

    def new_member_key(self) -> tuple[bytes, Cipher]:
        """A fresh member key, wrapped: fit to be stored; and its cipher."""
        key = os.urandom(32)
        return self._wrapping.seal(key), Cipher(key)

    def cipher(self, wrapped: bytes) -> Cipher:
        """The cipher of a wrapped member key."""
        return Cipher(self._wrapping.open(wrapped))

    def username_hash(self, username: str) -> bytes:
        """By which somebody is found who is called so, however they write it. Without the key it says nothing."""
        return hmac.digest(self._look_up, username.removeprefix("@").casefold().encode(), "sha256")

    def hash_of_word(self, word: str) -> int:
        """By which what was written is found: 64 bits, as a signed number. Without the key it says nothing."""
        return int.from_bytes(hmac.digest(self._words, word.encode(), "sha256")[:8], signed=True)

    def hash_of_code(self, code: str) -> bytes:
        """What a voucher's code is looked up by: without the master key nobody can compute it, or guess from it."""
        return hmac.digest(self._voucher_codes, code.encode(), "sha256")

    def hash_of_welcomed(self, telegram_id: int) -> bytes:
        """By which somebody who was forgotten is known to have had welcome points, and for nothing else."""
        return hmac.digest(self._welcomed, str(telegram_id).encode(), "sha256")

    def remembered(self, member_id: int) -> Cipher | None:
        found = self._members.get(member_id)
        if found is not None:
            self._members.move_to_end(member_id)
        return found

    def remember(self, member_id: int, cipher: Cipher) -> None:
        self._members[member_id] = cipher
        if len(self._members) > KEYS_REMEMBERED:
            self._members.popitem(last=False)

    def learn(self, member_id: int, wrapped: bytes | None) -> None:
        """Remember the key that came along with a row, so that nobody asks for it again."""
        if wrapped is not None and member_id not in self._members:
            self.remember(member_id, self.cipher(wrapped))

    def forget(self, member_id: int) -> None:
        self._members.pop(member_id, None)

    def forget_all(self) -> None:
        """After a rollback: a member who was being added is gone, and the next one may get the same id."""
        self._members.clear()


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(master)


def vault_of(db: Connection) -> Vault:
    """The vault that travels with every connection of this database."""
    vault: Vault = db.info["vault"]
    return vault


def seal(db: Connection, member_id: int, plain: str | None) -> bytes | None:
    """Seal a member's text under their own key. None stays None. Raises `KeyProblem` once the key is destroyed."""
    if plain is None:
        return None
    cipher = _member_cipher(db, member_id)
    if cipher is None:
        raise KeyProblem(f"member {member_id} was erased: nothing can be sealed for them")
    return cipher.seal(plain.encode())


def unseal(db: Connection, member_id: int, sealed: bytes | None) -> str | None:
    """Open a member's text; None where there is none, or where it was erased with their key."""
    if sealed is None:
        return None
    cipher = _member_cipher(db, member_id)
    return None if cipher is None else cipher.open(sealed).decode()


def destroy_key(db: Connection, member_id: int) -> None:
    """Erasure: from here on nothing sealed for this member can be opened, here or in a backup restored later on."""
    db.execute(update(member).where(member.c.id == member_id).values(key_wrapped=None))
    vault_of(db).forget(member_id)


def seal_shared(db: Connection, plain: str) -> bytes:
    """Seal under the installation's key: what belongs to no single member, or is purged soon anyway."""
    return vault_of(db).installation.seal(plain.encode())


def unseal_shared(db: Connection, sealed: bytes) -> str:
    return vault_of(db).installation.open(sealed).decode()


def hash_of_code(db: Connection, code: str) -> bytes:
    """The keyed hash of a voucher's code."""
    return vault_of(db).hash_of_code(code)


def _member_cipher(db: Connection, member_id: int) -> Cipher | None:
    vault = vault_of(db)
    cipher = vault.remembered(member_id)
    if cipher is None:
        wrapped = db.execute(select(member.c.key_wrapped).where(member.c.id == member_id)).scalar_one_or_none()
        if wrapped is None:
            return None
        cipher = vault.cipher(wrapped)
        vault.remember(member_id, cipher)
    return cipher


def read_key(path: Path) -> bytes:
    """The master key in the file. Raises `KeyProblem` with a line that says where, what was found, what would work."""
    try:
        text = path.read_bytes().strip()
    except OSError as error:
        raise KeyProblem(f"storage.key_file: found no readable file at '{path}' ({error.strerror})") from error
    if path.stat().st_mode & 0o077:
        raise KeyProblem(f"storage.key_file: '{path}' can be read by others, expected mode 0600 (chmod 600 '{path}')")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise KeyProblem(f"storage.key_file: '{path}' holds no base64 text, expected a key") from error
    if len(key) != 32:
        raise KeyProblem(f"storage.key_file: '{path}' holds {len(key)} bytes, expected 32")
    return key


def make_key(path: Path) -> bytes:
    """Make a new master key, readable by its owner only. Never overwrites: raises `FileExistsError`."""
    key = os.urandom(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return key
