"""Reads the QR codes in a picture that somebody sent, outside of every unit of work.

A picture comes from outside: its bytes, its pixels and the time for it are limited, and whatever is wrong with it means
that nothing was read. Pillow and zxing-cpp are imported where they are used.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import structlog

from bot.telegram_api import TelegramApi

log = structlog.get_logger(__name__)

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000
"""Of a picture that is opened at all: a small file may unfold to more memory than there is."""
SIDE = 2_000
"""Pixels to which a larger one is made smaller: a code that fills a hundredth of it can still be read."""
MOST_CODES = 8
PATIENCE = 8.0
"""Seconds for fetching and reading."""
AT_ONCE = 2
FORMATS = ("JPEG", "PNG", "WEBP")


class Scanner:
    """Reads pictures that Telegram keeps."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api
        self._room = asyncio.Semaphore(AT_ONCE)

    async def read(self, file_id: str) -> Sequence[str]:
        """What the codes in it say; nothing where there are none, or where it could not be fetched or opened."""
        try:
            async with self._room, asyncio.timeout(PATIENCE):
                data = await self._api.download(file_id, MOST_BYTES)
                return await asyncio.to_thread(codes_in, data)
        except Exception as error:  # whoever sent it is asked to type the code instead
            log.warning("a picture could not be read", error=type(error).__name__)
            return ()


def codes_in(data: bytes) -> Sequence[str]:
    """The texts of the QR codes in a picture. Raises what Pillow does where it is none, `ValueError` where it is too
    large."""
    import zxingcpp
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("L", (SIDE, SIDE))
        picture.thumbnail((SIDE, SIDE))
        qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        found = zxingcpp.read_barcodes(picture.convert("L"), formats=qr)
    return [one.text for one in found[:MOST_CODES]]
