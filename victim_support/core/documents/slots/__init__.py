"""Forms laid out once, slots filled per paper: what makes a thousand certificates quick.

WeasyPrint lays a form out with marks in place of the values (:mod:`layout`); every later paper
of the same shape gets its own texts where the marks were (:mod:`filling`), and proves itself
before it leaves (:mod:`proof`). What does not fit is laid out whole by WeasyPrint.
"""
