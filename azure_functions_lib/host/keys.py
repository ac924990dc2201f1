"""The access keys of an app in files, as Azure's host keeps them.

``host.json`` of the folder holds the master key, the host keys and those of extensions,
``<function>.json`` the keys of one function; names are in lower case.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from hmac import compare_digest
from pathlib import Path
from typing import Any

from ..delivery.keys import MASTER_KEY, Keys
from ..errors import AppError

__all__ = ["HOST_KEYS", "SYSTEM_KEYS", "KeyFiles", "master_key", "secrets_folder"]

HOST_KEYS, SYSTEM_KEYS = "functionKeys", "systemKeys"
"""Where keys are in ``host.json``."""

_DEFAULT = "default"
_HOST = "host"
_BYTES = 40
_FILE_NAME = re.compile("[a-z0-9_-]{1,128}")


def secrets_folder(app: Path, settings: Mapping[str, str]) -> Path:
    """Name the folder of an app's keys: ``FUNCTIONS_SECRETS_PATH``, or ``.azfl/secrets``."""
    given = settings.get("FUNCTIONS_SECRETS_PATH")
    return Path(given) if given else app / ".azfl" / "secrets"


def master_key(folder: Path) -> str:
    """Give the master key of a folder of keys; ``""`` for none.

    Raises:
        AppError: the file cannot be read.
    """
    return _value(_read(folder / f"{_HOST}.json").get("masterKey"))


class KeyFiles:
    """The keys of an app; those that it needs are made, and kept for the next time.

    Keys are compared in a time that tells nothing of them.

    Args:
        folder: where the files are; it is made if it is missing, for its owner alone.

    Attributes:
        folder: that folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._groups: dict[str, dict[str, str]] = {}
        self._master = ""
        self._keys = Keys()

    def load(self, extensions: Iterable[str] = ()) -> None:
        """Read the files, and make a master key, a host key and those of extensions if need be.

        Args:
            extensions: the names of the extensions that the app uses, in lower case.

        Raises:
            AppError: a file cannot be read or written.
        """
        document = _read(self.folder / f"{_HOST}.json")
        self._groups = {
            HOST_KEYS: _named(document.get(HOST_KEYS)) or {_DEFAULT: _new_key()},
            SYSTEM_KEYS: _named(document.get(SYSTEM_KEYS)),
        }
        for name in extensions:
            self._groups[SYSTEM_KEYS].setdefault(f"{name}_extension", _new_key())
        self._master = _value(document.get("masterKey")) or _new_key()
        if self._host_document() != document:
            self._write(_HOST)
        if self.folder.is_dir():
            for path in self.folder.glob("*.json"):
                if path.stem != _HOST:
                    self._groups[path.stem] = _named(_read(path).get("keys"))
        self._changed()

    @property
    def master(self) -> str:
        """The master key."""
        return self._master

    def allow(self, function: str, level: str, presented: str | None) -> bool:
        """Whether a request may call a function; see :meth:`.delivery.keys.Keys.allow`."""
        return self._keys.allow(function, level, presented)

    def is_master(self, presented: str | None) -> bool:
        """Whether a key is the master key."""
        return presented is not None and _same(presented, self._master)

    def opens_extension(self, extension: str, presented: str | None) -> bool:
        """Whether a key opens the webhook of an extension: its own, or the master key."""
        own = self._groups[SYSTEM_KEYS].get(f"{extension}_extension")
        is_own = presented is not None and own is not None and _same(presented, own)
        return is_own or self.is_master(presented)

    def group(self, group: str) -> dict[str, str]:
        """Give keys by their names: the host's, the extensions' with the master key, a function's.

        Args:
            group: :data:`HOST_KEYS`, :data:`SYSTEM_KEYS` or the name of a function, whose first
                key is made now.
        """
        if group == SYSTEM_KEYS:
            return {MASTER_KEY: self._master, **self._groups[group]}
        if group not in self._groups and _is_function(group):
            self.put(group, _DEFAULT)
        return dict(self._groups.get(group if group == HOST_KEYS else group.lower(), {}))

    def put(self, group: str, name: str, value: str | None = None) -> bool:
        """Set a key, to a new value if there is none; see :meth:`group`. True if it is new.

        Raises:
            AppError: the file cannot be written, or no file can have the function's name.
        """
        value = value or _new_key()
        if group == SYSTEM_KEYS and name == MASTER_KEY:
            self._master, is_new = value, False
        else:
            if group not in (HOST_KEYS, SYSTEM_KEYS):
                group = group.lower()
                if not _is_function(group):
                    raise AppError(f"function {group!r}: its name allows no keys of its own")
            keys = self._groups.setdefault(group, {})
            is_new = name not in keys
            keys[name] = value
        self._write(group)
        self._changed()
        return is_new

    def remove(self, group: str, name: str) -> bool:
        """Remove a key; False if there is none. The master key stays; see :meth:`group`."""
        group = group if group in (HOST_KEYS, SYSTEM_KEYS) else group.lower()
        if self._groups.get(group, {}).pop(name, None) is None:
            return False
        self._write(group)
        self._changed()
        return True

    def _changed(self) -> None:
        self._keys = Keys(
            self._master,
            list(self._groups[SYSTEM_KEYS].values()),
            list(self._groups[HOST_KEYS].values()),
            {
                name: list(keys.values())
                for name, keys in self._groups.items()
                if name not in (HOST_KEYS, SYSTEM_KEYS)
            },
        )

    # -- Files

    def _host_document(self) -> dict[str, Any]:
        return {
            "masterKey": _entry("master", self._master),
            HOST_KEYS: list(_entries(self._groups[HOST_KEYS])),
            SYSTEM_KEYS: list(_entries(self._groups[SYSTEM_KEYS])),
        }

    def _write(self, group: str) -> None:
        if group in (HOST_KEYS, SYSTEM_KEYS, _HOST):
            name, document = _HOST, self._host_document()
        else:
            name, document = group, {"keys": list(_entries(self._groups[group]))}
        path = self.folder / f"{name}.json"
        draft = path.with_suffix(f".{os.getpid()}.draft")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(document, indent=2))
            draft.replace(path)
        except OSError as error:
            raise AppError(f"the access keys cannot be kept in {path}: {error.strerror}") from None


def _read(path: Path) -> dict[str, Any]:
    """Read a file of keys; there is nothing in one that is missing.

    Raises:
        AppError: it cannot be read.
    """
    try:
        document = json.loads(path.read_bytes())
        groups = [document.get(key) or () for key in ("keys", HOST_KEYS, SYSTEM_KEYS)]
        entries = [entry for group in groups for entry in group]
        if any(entry.get("encrypted") for entry in (document.get("masterKey") or {}, *entries)):
            raise ValueError("they are encrypted")
        _named(entries)
    except FileNotFoundError:
        return {}
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise AppError(
            f"the access keys in {path} cannot be read: {_shown(error)}. Mend the file, or "
            "remove it, whereupon new keys are made"
        ) from None
    return dict(document)


def _is_function(name: str) -> bool:
    """Whether a function of that name has a file of its own."""
    return name.lower() != _HOST and _FILE_NAME.fullmatch(name.lower()) is not None


def _new_key() -> str:
    return secrets.token_urlsafe(_BYTES)


def _same(presented: str, key: str) -> bool:
    return compare_digest(presented.encode("utf-8", "surrogatepass"), key.encode())


def _entry(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": value, "encrypted": False}


def _entries(keys: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    return (_entry(name, value) for name, value in keys.items())


def _named(entries: Any) -> dict[str, str]:
    return {str(entry["name"]): str(entry["value"]) for entry in entries or ()}


def _value(entry: Any) -> str:
    return str((entry or {}).get("value") or "")


def _shown(error: Exception) -> str:
    """Say what is wrong with a file, and nothing of what is in it."""
    if isinstance(error, OSError):
        return error.strerror or "it cannot be opened"
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON (line {error.lineno})"
    return str(error) if str(error) == "they are encrypted" else "it is no list of keys"
