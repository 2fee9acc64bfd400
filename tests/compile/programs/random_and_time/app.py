import random, secrets, time, uuid

random.seed(3)
print(random.random(), random.choice("abc"), random.sample(range(9), 3))
print(len(secrets.token_hex(4)), uuid.uuid5(uuid.NAMESPACE_DNS, "taipan"), uuid.uuid4().version)
print(1.7e9 < time.time() < 1e10, time.perf_counter() >= 0, time.strftime("%Y", time.gmtime(0)))
