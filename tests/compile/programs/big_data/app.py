import bisect, heapq, random, statistics

random.seed(7)
numbers = [random.random() for _ in range(200_000)]
table = {f"key{index}": number for index, number in enumerate(numbers)}
print(len(table), round(sum(numbers), 6), heapq.nsmallest(2, numbers)[0] == min(numbers))
print(round(statistics.fmean(numbers), 6), bisect.bisect(sorted(numbers), 0.5), len(str(3 ** 20000)))
block = bytearray(32 << 20)
block[-1] = 1
print(len(block), sum(block[-10:]), hash("x" * 1000) == hash("x" * 1000))
