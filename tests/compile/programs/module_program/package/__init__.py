print("the package first")
