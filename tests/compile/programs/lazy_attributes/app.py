import package

print(package.eager, package.late, sorted(dir(package))[:2])
