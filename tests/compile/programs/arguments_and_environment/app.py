import os, sys

print(sys.argv[1:], os.environ["TAIPAN_TEST"], os.environ.get("NOPE"), sorted(k for k in os.environ if k.startswith("TAIPAN_TEST")))
os.environ["ADDED"] = "1"
print(os.getenv("ADDED"), os.environb[b"ADDED"])
