import settings

DOUBLE = settings.DEBUG * 2
