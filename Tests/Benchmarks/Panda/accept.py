"""Accepts connections and closes them."""

from side import accept, listen, manager, tally

listener = listen(4096)
while True:
    connection = accept(listener)
    manager.close_connection(connection)
    tally(1)
