"""Comments on any record, and change requests on documents: read by nobody who may not read the record, part of no export."""
