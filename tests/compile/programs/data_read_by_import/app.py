import tables

print(tables.ROWS, tables.by_name("b"))
