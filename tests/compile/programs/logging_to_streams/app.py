import logging, sys

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
logging.getLogger("a.b").info("count %d", 3)
logging.warning("careful")
print(0 <= logging.makeLogRecord({}).relativeCreated < 60_000)
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger().error("failed", exc_info=False)
