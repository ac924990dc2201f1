"""The embedded store is what the host's rules ask for."""

from __future__ import annotations

from azure_functions_lib.delivery.storage import Blobs, Queues, Storage, Tables
from azure_functions_lib.host.storage.embedded import EmbeddedStorage

embedded = EmbeddedStorage()
storage: Storage = embedded
queues: Queues = embedded.queues
blobs: Blobs = embedded.blobs
tables: Tables = embedded.tables
