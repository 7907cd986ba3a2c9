"""Certificates (罹災証明書 and its neighbours): numbers, snapshots, papers, checks."""
