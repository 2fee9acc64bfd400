# -*- coding: latin-1 -*-
print("äöü", len("ä"))
