"""Draws the arena: floor, walls, obstacles, everybody in it, and the camera that follows one."""

from colorsys import hsv_to_rgb
from math import atan2, degrees, exp, hypot, sin

from panda3d.core import (
    AmbientLight, CardMaker, DirectionalLight, Material, NodePath, Point3, TextNode,
    TransparencyAttrib, Vec3)

import shapes

RADIUS = 0.4  # of everybody, in metres
HEIGHT = 1.5
WALL_HEIGHT = 1.0
WALL_WIDTH = 0.6
OBSTACLE_HEIGHT = 1.4
SLANT = (0.55, 0.35)  # where shadows fall, metres per metre of height
CAMERA_OFFSET = Vec3(0, -19, 22)
NEAREST, FARTHEST = 0.5, 2.0  # zoom
# How far from the walls the camera stays, in metres: it has enough to see on the other side.
MARGIN_SIDES, MARGIN_SOUTH, MARGIN_NORTH = 10.5, 5.5, 10.0

SKY = (0.075, 0.09, 0.135)
GROUND = (0.11, 0.13, 0.18, 1)
FLOOR_DARK, FLOOR_LIGHT, FLOOR_LINE = (0.30, 0.35, 0.44), (0.335, 0.385, 0.475), (0.25, 0.29, 0.37)
WALL = (0.50, 0.56, 0.68, 1)
OBSTACLE = (0.80, 0.60, 0.40, 1)
NPC = (0.62, 0.66, 0.72, 1)
VISOR = (0.10, 0.12, 0.20, 1)
SHADOW = (0.02, 0.03, 0.07, 0.42)
IT = (1.0, 0.45, 0.12, 1)
OWN = (1.0, 1.0, 1.0, 0.85)


def color_of(entity):
    """A colour of its own for each player: neighbouring numbers get distant hues."""
    return (*hsv_to_rgb(entity * 0.618034 % 1, 0.62, 0.95), 1)


class Figure:
    """One player or NPC: body, visor, shadow, name, and the marks of "it"."""

    def __init__(self, parent, entity, name, is_npc, is_own):
        self.root = parent.attach_new_node(name)
        self.body = self.root.attach_new_node("body")
        shape = shapes.cylinder(RADIUS, HEIGHT - 0.2) if is_npc else shapes.capsule(RADIUS, HEIGHT)
        shape.reparent_to(self.body)
        paint(shape, NPC if is_npc else color_of(entity))
        visor = shapes.box(-0.22, 0.3, 0.22, RADIUS + 0.05, 0.2)
        visor.reparent_to(self.body)
        visor.set_z(HEIGHT - 0.58)
        paint(visor, VISOR)

        shadow = flat(shapes.disc(RADIUS * 1.15), SHADOW, 0.03)
        shadow.set_scale(1.25, 1, 1)
        shadow.set_pos(SLANT[0] * 0.5, SLANT[1] * 0.3, 0.03)
        shadow.reparent_to(self.root)
        if is_own:
            flat(shapes.ring(RADIUS + 0.12, RADIUS + 0.24), OWN, 0.05).reparent_to(self.root)

        self.it_mark = self.root.attach_new_node("it")
        flat(shapes.ring(RADIUS + 0.28, RADIUS + 0.5), IT, 0.06).reparent_to(self.it_mark)
        self.gem = shapes.diamond(0.24, 0.62)
        self.gem.reparent_to(self.it_mark)
        self.gem.set_color(IT)
        self.gem.set_light_off(1)

        self.label = TextNode(name)
        self.label.text = name
        self.label.align = TextNode.A_center
        self.label.shadow = (0.05, 0.05)
        self.label.shadow_color = (0, 0, 0, 0.8)
        tag = self.root.attach_new_node(self.label)
        tag.set_z(HEIGHT + 0.35)
        tag.set_scale(0.62)
        tag.set_billboard_point_eye()
        tag.set_light_off(1)
        tag.set_bin("fixed", 0)
        tag.set_depth_write(False)
        tag.set_depth_test(False)

    def update(self, position, is_it, now):
        self.root.set_pos(position.x, position.y, 0)
        if hypot(position.velocity_x, position.velocity_y) > 0.3:
            heading = degrees(atan2(-position.velocity_x, position.velocity_y))
            turn = (heading - self.body.get_h() + 180) % 360 - 180
            self.body.set_h(self.body.get_h() + turn * 0.25)
        self.body.set_alpha_scale(0.5 if position.is_immune else 1)
        self.body.set_transparency(position.is_immune)
        if is_it:
            self.it_mark.show()
            self.gem.set_h(now * 140)
            self.gem.set_z(HEIGHT + 1.2 + 0.08 * sin(now * 4))
        else:
            self.it_mark.hide()
        self.label.text_color = IT if is_it else (1, 1, 1, 1)

    def remove(self):
        self.root.remove_node()


class Scene:
    """Everything in three dimensions."""

    def __init__(self, base, player):
        self.base = base
        self.player = player
        self.root = base.render.attach_new_node("arena")
        self.buildings = self.root.attach_new_node("buildings")
        self.figures = {}
        self.map = None
        self.focus = None  # what the camera looks at
        self.zoom = 1.0
        base.set_background_color(*SKY)
        base.disable_mouse()
        base.camLens.set_fov(50)
        base.camLens.set_near_far(4, 160)
        self._light()

    def _light(self):
        ambient = AmbientLight("sky")
        ambient.color = (0.46, 0.48, 0.56, 1)
        sun = DirectionalLight("sun")
        sun.color = (0.72, 0.68, 0.60, 1)
        sun.direction = Vec3(SLANT[0], SLANT[1] + 0.35, -1)
        for light in (ambient, sun):
            self.base.render.set_light(self.base.render.attach_new_node(light))

    def build(self, arena_map):
        """Builds floor, walls and obstacles of the area that the server has sent the map of."""
        self.map = arena_map
        self.buildings.remove_node()
        self.buildings = self.root.attach_new_node("buildings")
        side = arena_map.side
        ground = CardMaker("ground")
        ground.set_frame(-200, 200, -200, 200)
        around = self.buildings.attach_new_node(ground.generate())
        around.set_hpr(0, -90, 0)
        around.set_pos(side / 2, side / 2, -0.2)
        around.set_color(GROUND)
        around.set_light_off()

        floor = shapes.floor(side, 2)
        floor.set_texture(shapes.tiles(FLOOR_DARK, FLOOR_LIGHT, FLOOR_LINE))
        floor.reparent_to(self.buildings)
        floor.set_light_off()
        w = WALL_WIDTH
        for wall in ((-w, -w, side + w, 0), (-w, side, side + w, side + w),
                     (-w, 0, 0, side), (side, 0, side + w, side)):
            self._block(wall, WALL_HEIGHT, WALL, shadow=wall[0] < 0 and wall[3] <= side)
        for obstacle in arena_map.obstacles:
            self._block(obstacle, OBSTACLE_HEIGHT, OBSTACLE, shadow=True)

    def _block(self, rectangle, height, color, shadow):
        block = shapes.box(*rectangle, height)
        paint(block, color)
        block.reparent_to(self.buildings)
        if shadow:
            flat(shapes.box_shadow(*rectangle, height, SLANT), SHADOW, 0.02).reparent_to(
                self.buildings)

    def update(self, arena, now, elapsed):
        """Moves everybody to where they are at local time `now`."""
        if arena.map and arena.map is not self.map:
            self.build(arena.map)
        positions = arena.positions(now)
        for entity in list(self.figures):
            if entity not in positions or entity not in arena.entities:
                self.figures.pop(entity).remove()
        for entity, position in positions.items():
            known = arena.entities.get(entity)
            if not known:
                continue  # its name is still on the way, over TCP
            if entity not in self.figures:
                self.figures[entity] = Figure(
                    self.root, entity, known.name, known.is_npc, entity == self.player)
            self.figures[entity].update(position, entity == arena.it, now)
        self._follow(positions.get(self.player), elapsed)

    def change_zoom(self, factor):
        self.zoom = min(max(self.zoom * factor, NEAREST), FARTHEST)

    def _follow(self, position, elapsed):
        """Lets the camera glide after the player, looking from the south and above."""
        if not self.map:
            return
        side, zoom = self.map.side, self.zoom
        x, y = (position.x, position.y) if position else (side / 2, side / 2)
        goal = Point3(clamp(x, MARGIN_SIDES * zoom, side - MARGIN_SIDES * zoom),
                      clamp(y, MARGIN_SOUTH * zoom, side - MARGIN_NORTH * zoom), 0)
        if self.focus is None:
            self.focus = goal
        self.focus += (goal - self.focus) * (1 - exp(-6 * elapsed))
        self.base.camera.set_pos(self.focus + CAMERA_OFFSET * self.zoom)
        self.base.camera.look_at(self.focus + Vec3(0, 1.2, 0))


def clamp(value, low, high):
    """The nearest value in the range; its middle when it is turned inside out."""
    return (low + high) / 2 if low > high else min(max(value, low), high)


def paint(node, color):
    """Colours what is lit. (A plain colour would come out twice in the software renderer.)"""
    material = Material()
    material.ambient = material.diffuse = color
    node.set_material(material)


def flat(shape, color, height):
    """Something painted on the ground: unlit, see-through, just above it."""
    node = NodePath("flat")
    shape.reparent_to(node)
    node.set_color(color)
    node.set_transparency(TransparencyAttrib.M_alpha)
    node.set_light_off()
    node.set_depth_write(False)
    node.set_z(height)
    return node
