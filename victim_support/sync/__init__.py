"""Exchange (同期): machines that worked alone come to hold the same ledger."""
