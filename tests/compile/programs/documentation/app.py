import json, textwrap

print(textwrap.dedent.__doc__.splitlines()[0], "|", len.__doc__)
print(json.dumps.__doc__[:20].strip(), "|", dict.get.__doc__)
