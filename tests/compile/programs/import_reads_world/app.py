import settings
import later

print(settings.DEBUG, settings.ARGUMENTS, later.DOUBLE, settings.FILE)
