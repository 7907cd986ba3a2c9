"""Printed documents: glyph guard, print worker, QR codes; no domain knowledge.

Everything printed goes through :func:`victim_support.core.documents.worker.render_pdf`,
which makes the PDF in a child process and passes every value through the glyph guard.
"""
