"""Everything that knows no domain: database, clock, ids, access, forms, documents, Japanese."""
