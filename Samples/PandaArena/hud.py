"""The text over the arena: scores, chat, the player that is “it”, and messages."""

from direct.gui.DirectGui import DirectEntry
from panda3d.core import CardMaker, ClockObject, TextNode, TransparencyAttrib

from ways import TUNNEL

LINE = 0.052  # height of a line of text
WHITE = (1, 1, 1, 1)
DIM = (0.82, 0.86, 0.93, 1)
ORANGE = (1.0, 0.55, 0.2, 1)
PANEL = (0.03, 0.04, 0.08, 0.62)
CHAT_SECONDS = 12  # how long a line stays
SCORE_ROWS = 12


class Hud:
    def __init__(self, base):
        self.base = base
        self.entry = None
        self.sent_in_frame = None
        self.status, _ = self._text(base.a2dTopLeft, 0.05, -0.09, DIM, 0.8)
        self.banner, self.banner_node = self._text(
            base.a2dTopCenter, 0, -0.17, ORANGE, 1.7, TextNode.A_center)
        self.help, _ = self._text(
            base.a2dBottomRight, -0.05, 0.05, DIM, 0.72, TextNode.A_right)
        self.help.text = (
            "WASD or arrows: walk    Shift: dash    Wheel: zoom    Enter: chat    Esc: leave")
        self.chat, self.chat_node = self._text(base.a2dBottomLeft, 0.05, 0.16, WHITE, 0.95)
        self.names, _ = self._text(base.a2dTopRight, -0.62, -0.16, WHITE, 0.9)
        self.scores, _ = self._text(
            base.a2dTopRight, -0.08, -0.16, WHITE, 0.9, TextNode.A_right)
        title, _ = self._text(base.a2dTopRight, -0.62, -0.09, DIM, 0.8)
        title.text = "TAGS"
        self.card = None
        self.shown_rows = -1

    def _text(self, parent, x, z, color, size, align=TextNode.A_left):
        text = TextNode("hud")
        text.align = align
        text.text_color = color
        text.shadow = (0.04, 0.04)
        text.shadow_color = (0, 0, 0, 0.75)
        node = parent.attach_new_node(text)
        node.set_scale(LINE * size)
        node.set_pos(x, 0, z)
        node.set_bin("fixed", 10)
        return text, node

    def update(self, arena, session, now):
        trip = session.round_trip
        set_text(self.status, "    ".join(filter(None, [
            arena.name_of(arena.player),
            arena.it and f"{arena.name_of(arena.it)} is it",
            "no answer yet" if trip is None else f"round trip {trip * 1000:.0f} ms",
            "encrypted" if session.stream.is_encrypted else "not encrypted",
            session.packets.way.name == TUNNEL and "over TCP: UDP is blocked"])))
        if session.is_lost:
            set_text(self.banner, "The connection is lost. Trying to come back …")
        elif session.is_open:
            set_text(self.banner, "You are it!" if arena.it == arena.player else "")
        rows = rows_to_show(arena.scores(), arena.player)
        set_text(self.names, "\n".join(
            ("» " if entity == arena.player else "   ") + known.name[:18]
            for entity, known in rows))
        set_text(self.scores, "\n".join(str(known.tags) for _, known in rows))
        set_text(self.chat, "\n".join(
            text for said, text in arena.lines if now - said < CHAT_SECONDS))
        # The last line stays where it is, older ones rise.
        self.chat_node.set_z(0.16 + self.chat.text.count("\n") * LINE * 0.95)
        self._fit_panel(len(rows))

    def _fit_panel(self, rows):
        if rows == self.shown_rows:
            return
        self.shown_rows = rows
        if self.card:
            self.card.remove_node()
        maker = CardMaker("panel")
        maker.set_frame(-0.67, -0.03, -0.15 - rows * LINE * 0.92, -0.03)
        self.card = self.base.a2dTopRight.attach_new_node(maker.generate())
        self.card.set_color(PANEL)
        self.card.set_transparency(TransparencyAttrib.M_alpha)
        self.card.set_bin("fixed", 0)

    def tell(self, text):
        """Shows a message that stays, because the game is over."""
        self.banner.text = text
        self.banner_node.set_scale(LINE * 1.2)

    @property
    def is_typing(self):
        return self.entry is not None

    def type_chat(self, send):
        """Opens the line for chat; `send` gets the text, once."""
        # The Enter that sends must not open the line again in the same frame.
        if self.entry or self.sent_in_frame == frame_count():
            return

        def finish(text):
            self.sent_in_frame = frame_count()
            self.cancel_chat()
            if text.strip():
                send(text)

        self.entry = DirectEntry(
            parent=self.base.a2dBottomLeft, pos=(0.05, 0, 0.06), scale=LINE, width=28,
            frameColor=PANEL, text_fg=WHITE, focus=1, command=finish, suppressKeys=0,
            numLines=1, overflow=1)

    def cancel_chat(self):
        if self.entry:
            self.entry.destroy()
            self.entry = None


def rows_to_show(scores, player):
    """The first rows of the scoreboard; the player's own is always among them."""
    rows = scores[:SCORE_ROWS]
    if all(entity != player for entity, _ in rows):
        rows[SCORE_ROWS - 1:] = [row for row in scores if row[0] == player]
    return rows


def frame_count():
    return ClockObject.get_global_clock().get_frame_count()


def set_text(node, text):
    """Assigns a text if it has changed, because assigning builds its geometry anew."""
    if node.text != text:
        node.text = text
