import tables

tables.check()
