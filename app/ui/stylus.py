"""Which end of a pen is on the paper.

SDL 2 tells pens as mice, and an eraser end as the left button like the tip. The X server, also that
of most Wayland desktops (Xwayland), knows more: the eraser is a device of its own, called so by all
drivers. Elsewhere nothing is known; there the pen's button, a right button, erases.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_void_p
from functools import cached_property
from typing import NamedTuple

ALL_DEVICES, MASTER_POINTER = 0, 1


class Device(NamedTuple):
    """A device of the X server.

    Attributes:
        number: its number there.
        name: as its driver calls it.
        is_pointer: whether it is the pointer on the screen and not a mouse or pen itself.
        sources: the devices that it speaks for; of the pointer, the one that moved it last.
    """

    number: int
    name: str
    is_pointer: bool
    sources: frozenset[int]


class _AnyClass(Structure):
    _fields_ = [("type", c_int), ("sourceid", c_int)]


class _DeviceInfo(Structure):
    _fields_ = [
        ("deviceid", c_int),
        ("name", c_char_p),
        ("use", c_int),
        ("attachment", c_int),
        ("enabled", c_int),
        ("num_classes", c_int),
        ("classes", POINTER(POINTER(_AnyClass))),
    ]


class Stylus:
    """Asks the X server for its devices, over a connection of its own, which the first question
    opens: before there is paper it would only take time.
    """

    def erases(self) -> bool:
        """Whether the eraser end of a pen has moved the pointer last."""
        return an_eraser_moves(self.devices())

    def devices(self) -> list[Device]:
        """All devices; none where that is not known."""
        if not self._server:
            return []
        xi, display = self._server
        count = c_int()
        # All at once, as to ask for one that was unplugged just now would be an error that ends us.
        infos = xi.XIQueryDevice(display, ALL_DEVICES, byref(count))
        devices = []
        for info in infos[: count.value]:
            sources = {info.classes[i].contents.sourceid for i in range(info.num_classes)}
            name = info.name.decode(errors="replace")
            is_pointer = info.use == MASTER_POINTER
            devices.append(Device(info.deviceid, name, is_pointer, frozenset(sources)))
        xi.XIFreeDeviceInfo(infos)
        return devices

    @cached_property
    def _server(self) -> tuple[ctypes.CDLL, int] | None:
        """The library to ask with and the connection; None where nobody can be asked."""
        if sys.platform in ("win32", "darwin"):
            return None
        try:
            # By these names on every Linux; looking for others would run programs at each start.
            x11 = ctypes.CDLL("libX11.so.6")
            xi = ctypes.CDLL("libXi.so.6")
        except OSError:
            return None
        x11.XOpenDisplay.restype = c_void_p
        xi.XIQueryVersion.argtypes = [c_void_p, POINTER(c_int), POINTER(c_int)]
        xi.XIQueryDevice.argtypes = [c_void_p, c_int, POINTER(c_int)]
        xi.XIQueryDevice.restype = POINTER(_DeviceInfo)
        xi.XIFreeDeviceInfo.argtypes = [POINTER(_DeviceInfo)]
        display = x11.XOpenDisplay(None)
        if not display or xi.XIQueryVersion(display, byref(c_int(2)), byref(c_int(0))):
            return None
        return xi, display


def an_eraser_moves(devices: list[Device]) -> bool:
    """Whether what moved the pointer last is an eraser."""
    sources = {source for device in devices if device.is_pointer for source in device.sources}
    moving = [device for device in devices if device.number in sources and not device.is_pointer]
    return any("eraser" in device.name.lower() for device in moving)
