import json

raise ValueError("at import")
