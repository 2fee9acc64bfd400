import datetime, decimal, fractions, hashlib, sqlite3

print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone())
print(datetime.datetime.strptime("2020-01-02", "%Y-%m-%d"), datetime.date(2024, 2, 29).isocalendar())
print(decimal.Decimal("1.1") + 1, fractions.Fraction(1, 3) + 1, hashlib.sha256(b"x").hexdigest()[:8])
