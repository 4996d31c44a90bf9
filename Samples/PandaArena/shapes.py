"""Boxes, capsules, rings and shadows, made of vertices: the client needs no model files."""

from math import cos, pi, sin

from panda3d.core import (
    Geom, GeomNode, GeomTriangles, GeomVertexData, GeomVertexFormat, GeomVertexWriter, NodePath,
    PNMImage, Texture)


class Mesh:
    """Collects vertices and triangles and becomes a NodePath."""

    def __init__(self, name):
        self.name = name
        self.data = GeomVertexData(name, GeomVertexFormat.get_v3n3t2(), Geom.UH_static)
        self.vertex = GeomVertexWriter(self.data, "vertex")
        self.normal = GeomVertexWriter(self.data, "normal")
        self.texcoord = GeomVertexWriter(self.data, "texcoord")
        self.triangles = GeomTriangles(Geom.UH_static)
        self.count = 0

    def point(self, position, normal, texcoord=(0, 0)):
        self.vertex.add_data3(*position)
        self.normal.add_data3(*normal)
        self.texcoord.add_data2(*texcoord)
        self.count += 1
        return self.count - 1

    def fan(self, corners, normal):
        """A flat convex polygon, counter-clockwise."""
        points = [self.point(corner, normal) for corner in corners]
        for second, third in zip(points[1:], points[2:]):
            self.triangles.add_vertices(points[0], second, third)

    def node(self):
        geom = Geom(self.data)
        geom.add_primitive(self.triangles)
        node = GeomNode(self.name)
        node.add_geom(geom)
        return NodePath(node)


def box(min_x, min_y, max_x, max_y, height):
    """A box that stands on the ground."""
    mesh = Mesh("box")
    low = [(min_x, min_y, 0), (max_x, min_y, 0), (max_x, max_y, 0), (min_x, max_y, 0)]
    high = [(x, y, height) for x, y, _ in low]
    mesh.fan(high, (0, 0, 1))
    for side, normal in enumerate([(0, -1, 0), (1, 0, 0), (0, 1, 0), (-1, 0, 0)]):
        after = (side + 1) % 4
        mesh.fan([low[side], low[after], high[after], high[side]], normal)
    return mesh.node()


def floor(side, tile, pieces=20):
    """A square from (0, 0) to (side, side), textured with tiles of that size.

    In pieces, because the software renderer bends textures on large triangles.
    """
    mesh = Mesh("floor")
    repeats = side / tile / 2  # the texture shows two by two tiles
    steps = [step / pieces for step in range(pieces + 1)]
    for south, north in zip(steps, steps[1:]):
        for west, east in zip(steps, steps[1:]):
            corners = [mesh.point((x * side, y * side, 0), (0, 0, 1), (x * repeats, y * repeats))
                       for x, y in ((west, south), (east, south), (east, north), (west, north))]
            mesh.triangles.add_vertices(corners[0], corners[1], corners[2])
            mesh.triangles.add_vertices(corners[0], corners[2], corners[3])
    return mesh.node()


def tiles(dark, light, line, size=128):
    """A texture of two by two tiles with thin lines between them."""
    image = PNMImage(size, size)
    half = size // 2
    for y in range(size):
        for x in range(size):
            on_line = x % half == 0 or y % half == 0
            image.set_xel(x, y, line if on_line else dark if (x < half) == (y < half) else light)
    texture = Texture("tiles")
    texture.load(image)
    texture.set_wrap_u(Texture.WM_repeat)
    texture.set_wrap_v(Texture.WM_repeat)
    texture.set_minfilter(Texture.FT_linear_mipmap_linear)
    return texture


def lathe(profile, segments=20):
    """The solid that a profile of (radius, z), from the bottom up, makes around the z axis."""
    mesh = Mesh("lathe")
    rings = []
    for index, (radius, z) in enumerate(profile):
        below, above = profile[max(index - 1, 0)], profile[min(index + 1, len(profile) - 1)]
        outward, upward = above[1] - below[1], below[0] - above[0]
        length = (outward ** 2 + upward ** 2) ** 0.5 or 1
        ring = []
        for step in range(segments + 1):
            angle = 2 * pi * step / segments
            ring.append(mesh.point(
                (radius * cos(angle), radius * sin(angle), z),
                (outward / length * cos(angle), outward / length * sin(angle), upward / length)))
        rings.append(ring)
    for lower, upper in zip(rings, rings[1:]):
        for step in range(segments):
            mesh.triangles.add_vertices(lower[step], lower[step + 1], upper[step + 1])
            mesh.triangles.add_vertices(lower[step], upper[step + 1], upper[step])
    return mesh.node()


def capsule(radius, height, steps=6):
    """A standing capsule."""
    quarter = [pi / 2 * step / steps for step in range(steps + 1)]
    bottom = [(radius * sin(angle), radius - radius * cos(angle)) for angle in quarter]
    top = [(radius * cos(angle), height - radius + radius * sin(angle)) for angle in quarter]
    return lathe(bottom + top)


def cylinder(radius, height, bevel=0.08):
    """A standing cylinder with a bevelled top."""
    return lathe([(radius, 0), (radius, height - bevel), (radius - bevel, height), (0, height)])


def diamond(radius, height):
    """An octahedron, for hovering over a head."""
    return lathe([(0, 0), (radius, height / 2), (0, height)], segments=4)


def ring(inner, outer, segments=28):
    """A flat ring on the ground."""
    mesh = Mesh("ring")
    for step in range(segments):
        first, second = (2 * pi * s / segments for s in (step, step + 1))
        mesh.fan([(inner * cos(first), inner * sin(first), 0),
                  (outer * cos(first), outer * sin(first), 0),
                  (outer * cos(second), outer * sin(second), 0),
                  (inner * cos(second), inner * sin(second), 0)], (0, 0, 1))
    return mesh.node()


def disc(radius, segments=20):
    """A flat disc on the ground."""
    mesh = Mesh("disc")
    mesh.fan([(radius * cos(2 * pi * step / segments), radius * sin(2 * pi * step / segments), 0)
              for step in range(segments)], (0, 0, 1))
    return mesh.node()


def box_shadow(min_x, min_y, max_x, max_y, height, slant):
    """What a box leaves dark on the ground when light falls with that (x, y) slant per metre."""
    corners = [(x, y) for x in (min_x, max_x) for y in (min_y, max_y)]
    shifted = [(x + slant[0] * height, y + slant[1] * height) for x, y in corners]
    mesh = Mesh("shadow")
    mesh.fan([(x, y, 0) for x, y in convex_hull(corners + shifted)], (0, 0, 1))
    return mesh.node()


def convex_hull(points):
    """The outline of the points, counter-clockwise (Andrew's monotone chain)."""
    def half(ordered):
        hull = []
        for point in ordered:
            while len(hull) > 1 and turn(hull[-2], hull[-1], point) <= 0:
                hull.pop()
            hull.append(point)
        return hull[:-1]

    def turn(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    ordered = sorted(points)
    return half(ordered) + half(ordered[::-1])
