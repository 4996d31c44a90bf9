"""UDP, or the tunnel through TCP where UDP is blocked: which way the client's packets go.

Each end chooses for its own direction. It follows "The tunnel" in Documentation/Wire.md. Times are
in seconds; the timeout is `RoundTrip.way_timeout` in packets.py.
"""

UDP, TUNNEL = "udp", "tunnel"
PATIENCE = 0.5  # without an acknowledgement, at least
PROBE_INTERVAL = 0.25
PROBE_PATIENCE = 2.0
SHORTEST_TRIAL, LONGEST_TRIAL = 3.0, 60.0  # how long probes are answered before UDP is trusted
CALM = 60.0  # UDP that lasts so long is reliable


class WaySelector:
    """UDP, until nothing is acknowledged; then the tunnel, until probes over UDP are."""

    def __init__(self):
        self.name = UDP
        self.unanswered_since = None  # the oldest packet since the last acknowledgement
        self.answered_since = None  # the first probe of those that are all answered
        self.last_answer = 0.0
        self.next_probe = 0.0
        self.trial = SHORTEST_TRIAL
        self.returned = None

    def sent(self, now):
        """A packet that is to be acknowledged went over UDP."""
        if self.unanswered_since is None:
            self.unanswered_since = now

    def acknowledged(self, now):
        """A packet over UDP was acknowledged."""
        self.unanswered_since = None
        if self.name == TUNNEL:
            self.last_answer = now
            if self.answered_since is None:
                self.answered_since = now

    def is_doubtful(self, timeout, now):
        """Whether commands go both ways."""
        return self._silence(now) * 2 >= max(PATIENCE, 3 * timeout)

    def takes_probe(self, now):
        """Whether a challenge over UDP is due, to find out whether it works again."""
        if self.name == UDP or now < self.next_probe:
            return False
        self.next_probe = now + PROBE_INTERVAL
        return True

    def update(self, timeout, now):
        """Changes the way if that is due."""
        if self.name == UDP:
            if self._silence(now) >= max(PATIENCE, 3 * timeout):
                is_flapping = self.returned is not None and now - self.returned < CALM
                self.trial = min(self.trial * 2, LONGEST_TRIAL) if is_flapping else SHORTEST_TRIAL
                self.name, self.answered_since, self.next_probe = TUNNEL, None, now
        elif self.answered_since is not None:
            if now - self.last_answer >= PROBE_PATIENCE:
                self.answered_since = None
            elif now - self.answered_since >= self.trial:
                self.name, self.returned, self.unanswered_since = UDP, now, None

    def _silence(self, now):
        if self.name == TUNNEL or self.unanswered_since is None:
            return 0.0
        return now - self.unanswered_since
