from pathlib import Path

HERE = Path(__file__).parent
# As the option has it; CPython finds it where it lies.
place = HERE / "inside" / "renamed.txt"
print((place if place.exists() else HERE / "outside.txt").read_text())
