# SPDX-License-Identifier: Apache-2.0
"""The system log on a platform that has none: messages go to standard error if LOG_PERROR asks for it."""

import sys

LOG_EMERG, LOG_ALERT, LOG_CRIT, LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG = range(8)

LOG_KERN, LOG_USER, LOG_MAIL, LOG_DAEMON, LOG_AUTH, LOG_SYSLOG, LOG_LPR, LOG_NEWS, LOG_UUCP, LOG_CRON, LOG_AUTHPRIV = (
    number << 3 for number in range(11)
)
LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3, LOG_LOCAL4, LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7 = (
    number << 3 for number in range(16, 24)
)

LOG_PID, LOG_CONS, LOG_ODELAY, LOG_NDELAY, LOG_NOWAIT, LOG_PERROR = (1 << number for number in range(6))

_options = {"ident": None, "logoption": 0, "facility": LOG_USER}
_mask = 0xFF


def LOG_MASK(pri, /):
    """Calculates the mask for the individual priority pri."""
    return 1 << pri


def LOG_UPTO(pri, /):
    """Calculates the mask for all priorities up to and including pri."""
    return (1 << (pri + 1)) - 1


def openlog(ident=None, logoption=0, facility=LOG_USER):
    """Set logging options of subsequent syslog() calls."""
    if ident is None and sys.argv:
        ident = sys.argv[0].rpartition("/")[2] or None
    if ident is not None:
        ident.encode()  # a log takes bytes: what has none is refused here, not at the first message
    _options.update(ident=ident, logoption=logoption, facility=facility)


def closelog():
    """Reset the syslog module values and close the log."""
    _options.update(ident=None, logoption=0, facility=LOG_USER)


def setlogmask(maskpri, /):
    """Set the priority mask to maskpri and return the previous mask value."""
    global _mask
    previous = _mask
    if maskpri != 0:
        _mask = maskpri
    return previous


def syslog(*args):
    """Send the string message to the system logger: syslog([priority,] message)."""
    if not 1 <= len(args) <= 2:
        raise TypeError("syslog.syslog requires 1 to 2 arguments")
    priority, message = args if len(args) == 2 else (LOG_INFO, args[0])
    if not isinstance(message, str):
        raise TypeError(f"syslog() message must be str, not {type(message).__name__}")
    if _options["logoption"] & LOG_PERROR and _mask & LOG_MASK(priority & 7):
        ident = _options["ident"]
        print(f"{ident}: {message}" if ident else message, file=sys.stderr)
