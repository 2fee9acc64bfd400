# SPDX-License-Identifier: Apache-2.0
"""Run where a page's prompt starts: keeps the history with each entry, as a page may be closed at any time."""


def _keep_history():
    from _pyrepl.main import CAN_USE_PYREPL
    from _pyrepl.readline import _get_reader, write_history_file
    from site import gethistoryfile

    class Kept(list):
        def append(self, entry):
            super().append(entry)
            try:
                write_history_file(gethistoryfile())
            except OSError:
                pass

    if CAN_USE_PYREPL:
        reader = _get_reader()
        reader.history = Kept(reader.history)


_keep_history()
del _keep_history
