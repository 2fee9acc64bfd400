"""What a small service is made of."""

import asyncio
import http.client
import logging
import sqlite3

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
database = sqlite3.connect(":memory:")
database.execute("create table requests (path text, status integer)")
database.execute("insert into requests values ('/', ?)", (http.client.OK,))
print(database.execute("select * from requests").fetchall(), asyncio.iscoroutinefunction(print))
logging.info("ready")
