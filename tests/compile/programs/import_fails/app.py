try:
    import broken
except ValueError as error:
    print("caught", error)
try:
    import missing_optional
except ImportError:
    missing_optional = None
print(missing_optional)
