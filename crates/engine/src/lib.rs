//! One sans-I/O machine over accord and ledger: queues, batches, sealing, the line protocol.
