print("ä".encode("cp1252"), b"\xe4".decode("iso-8859-15"), "x".encode("utf-16-le"), "€".encode("cp437", "replace"))
print("日本".encode("shift_jis"), "bücher".encode("punycode"), b"=41".decode("latin-1"))
