"""Plays in an arena with the session of Samples/PandaArena, and loses its connection twice.

resume_session.py PORT [PIN]: chats before, during and after each loss, and prints {"encrypted",
"resumed", "applied", "chats"}: whether it came back each time, whether later commands were applied,
and what it heard of itself.
"""

import sys
import time
from pathlib import Path

from peer import report

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Samples/PandaArena"))

import protocol  # noqa: E402
from destination import Destination  # noqa: E402
from session import Session  # noqa: E402

PATIENCE = 30.0


class Player:
    """Walks and remembers what it hears of itself."""

    def __init__(self, destination):
        self.session = Session()
        self.id = self.session.join(destination, "Panda").player
        self.chats = []
        self.applied = 0

    def play_until(self, is_enough):
        end = time.monotonic() + PATIENCE
        while not is_enough():
            if time.monotonic() > end or not self.session.is_open:
                return False
            self.session.send_command(1, 0)
            for message in self.session.poll():
                if isinstance(message, protocol.Chat) and message.player == self.id:
                    self.chats.append(message.text)
                elif isinstance(message, protocol.Snapshot):
                    self.applied = max(self.applied, message.acknowledged)
            time.sleep(1 / 60)
        return True


def main():
    port, pin = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
    player = Player(Destination("127.0.0.1", port, pin))
    session = player.session
    resumed, applied = [], []
    for loss in (1, 2):
        session.send_chat(f"before {loss}")
        player.play_until(lambda: len(player.chats) == 3 * loss - 2)
        player.play_until(lambda: player.applied > 0)
        session.stream.close()
        session.send_chat(f"during {loss}")
        resumed.append(player.play_until(lambda: session.is_lost)
                       and player.play_until(lambda: not session.is_lost))
        session.send_chat(f"after {loss}")
        player.play_until(lambda: len(player.chats) == 3 * loss)
        newest = session.sequence
        applied.append(player.play_until(lambda: player.applied > newest))
    report(encrypted=session.stream.is_encrypted, resumed=resumed, applied=applied,
           chats=player.chats)
    session.leave()


if __name__ == "__main__":
    main()
