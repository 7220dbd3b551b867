import os
import sys

import uvicorn

if os.environ.get("STAND_IN_STARTUP") == "crash":
    sys.exit("this version was built to crash")

# Connections of a proxy are kept longer than the proxy keeps them: it is the one that closes, so no request meets a closed one.
uvicorn.run("app.main:app", host="0.0.0.0", port=8000, workers=4, timeout_keep_alive=75, timeout_graceful_shutdown=20)
