"""What is kept as text, and how much of it a thief of the database can read: keyed hashes, and encryption if there is a key."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError, to_json

from bot.stores.port import Key, KeyRefused

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_decoded = json.JSONDecoder().raw_decode


def new_key() -> str:
    """A key for encryption."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - a library that only those load who encrypt

    return Fernet.generate_key().decode()


class Seal:
    """Turns what is kept into text and back.

    Args:
        keys: the first encrypts, all of them decrypt; none: nothing is encrypted.
    """

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._fernet = _fernet(keys) if keys else None
        self._hash: hmac.HMAC | None = None

    @property
    def encrypts(self) -> bool:
        """Whether there is a key."""
        return self._fernet is not None

    def use(self, pepper: str) -> None:
        """Hashes with this secret from now on.

        Args:
            pepper: as it is kept, encrypted or not.

        Raises:
            KeyRefused: it cannot be decrypted.
        """
        self._hash = hmac.new(bytes.fromhex(self.unwrapped(pepper)), digestmod="sha256")

    def name(self, key: Key) -> str:
        """The name under which a conversation is kept. Without the secret nobody can tell the chat from it."""
        assert self._hash is not None  # noqa: S101 - ``use`` was called
        hashed = self._hash.copy()  # making one anew from the secret takes twice as long as the rest
        hashed.update(f"{key.channel}\0{key.chat}\0{key.thread}".encode())
        return hashed.hexdigest()

    def text(self, data: object) -> str:
        """Data as it is kept. Where a person typed half a surrogate pair, which no database takes, it is escaped."""
        try:
            return self.wrapped(to_json(data, inf_nan_mode="constants").decode())
        except PydanticSerializationError:
            return self.wrapped(json.dumps(data, separators=(",", ":")))

    def data(self, text: str) -> Any:
        """What ``text`` was made of.

        Raises:
            KeyRefused: it cannot be decrypted.
        """
        return {} if text == "{}" else _decoded(text if text[0] in "{[" else self.unwrapped(text))[0]

    def wrapped(self, text: str) -> str:
        """A text as it is kept: encrypted if there is a key."""
        return self._fernet.encrypt(text.encode()).decode() if self._fernet else text

    def unwrapped(self, text: str) -> str:
        """The text that was kept, encrypted or not.

        Raises:
            KeyRefused: it cannot be decrypted.
        """
        if not is_wrapped(text):
            return text
        if self._fernet is None:
            raise KeyRefused("no key")
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        try:
            return self._fernet.decrypt(text).decode()
        except InvalidToken:
            raise KeyRefused("another key") from None


def is_wrapped(text: str) -> bool:
    """Whether a kept text is encrypted. A Fernet token begins with its version, 0x80, and a time whose first bytes are zero."""
    return text.startswith("gAAAA")


def _fernet(keys: Sequence[str]) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - as above

    return MultiFernet([Fernet(key) for key in keys])
