# SPDX-License-Identifier: Apache-2.0
"""JSON: dumps and loads of nested records; the json module with its C accelerator, strings and dicts."""

import json

DEFAULT = 320


def make_records(count):
    return [
        {
            "id": i,
            "name": f"item {i}",
            "price": i * 1.25,
            "tags": ["red", "green", "blue"][: i % 4],
            "text": 'quotes " and \\ and \u00e9\u4e2d\U0001f40d',
            "nested": {"left": None, "right": {"deep": [True, False, i]}},
        }
        for i in range(count)
    ]


def run(n):
    records = make_records(200)
    length = 0
    for i in range(n):
        records[i % len(records)]["id"] = i
        text = json.dumps(records, sort_keys=i % 2 == 0, ensure_ascii=i % 3 == 0)
        length += len(text)
        records = json.loads(text)
    pretty = json.dumps(records, indent=2)
    return f"{length},{len(pretty)},{sum(r['id'] for r in records)}"
