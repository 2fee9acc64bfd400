import ast, code, textwrap

namespace = {}
exec(textwrap.dedent("""
    def made(x):
        return x + 1
"""), namespace)
print(namespace["made"](1), eval("[n * 2 for n in range(3)]"), ast.dump(ast.parse("a + 1", mode="eval")))
try:
    compile("x = (", "<made>", "exec")
except SyntaxError as error:
    print(error.msg, error.lineno, error.filename)
