"""Keys of records: UUID version 7, so that rows made together lie together."""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    return uuid_utils.compat.uuid7()
