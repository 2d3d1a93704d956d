"""objects.py - makes and forgets small objects of many kinds: objects.py COUNT. With PYTHONMALLOC=malloc each is an allocation."""
import json
import sys
import time


def order(number):
    """As a program might have one in its hands, read it, write it and change it."""
    row = {"number": number, "name": f"customer {number}", "lines": [(n, str(n) * 3, n / 7) for n in range(5)]}
    text = json.dumps(row)
    again = json.loads(text)
    again["words"] = sorted(text.split())
    return len(again["words"])


count = int(sys.argv[1])
kept = {}
start = time.monotonic_ns()
for i in range(count):
    kept[i % 1000] = [order(i), f"{i:08}"]
print(f"bench: {(time.monotonic_ns() - start) / count:.3f}")
