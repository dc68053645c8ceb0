"""What a request sends: its body, and where that is a form, the form's files and fields."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Scope

from hourglass.errors import BadParameter, TooLarge

FILE = "file"
"""What the files of a form are called."""

MOST_FIELDS = 64

SLICE_BYTES = 64 << 10
"""Parsed at once: a form of 32 MiB takes a tenth of a second, in which others are answered."""

PIECE_BYTES = 1 << 20
"""Copied at once."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent; ``name`` is what the caller calls it, or empty."""

    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """``files`` are the parts called ``file``, ``strangers`` the names of the others, ``fields`` all that is text."""

    files: list[Upload]
    strangers: list[str]
    fields: list[tuple[str, str]]


class Arrived(Request):
    """A request whose body has been read."""

    def __init__(self, scope: Scope, body: bytes, most_files: int) -> None:
        super().__init__(scope)
        self._body, self._most_files = body, most_files
        self._parsed: Form | None = None

    @property
    def media_type(self) -> str:
        """Its Content-Type without parameters, in lower case."""
        return self.headers.get("content-type", "application/octet-stream").split(";")[0].strip().lower()

    async def sent_form(self) -> Form | None:
        """The form that the body is; None if it says that it is none. Raises BadParameter or TooLarge."""
        if self._parsed is None and self.media_type == "multipart/form-data":
            self._parsed = await self._parse()
        return self._parsed

    async def _parse(self) -> Form:
        async def stream() -> AsyncGenerator[bytes, None]:
            for at in range(0, len(self._body), SLICE_BYTES):
                yield self._body[at : at + SLICE_BYTES]
                await asyncio.sleep(0)

        limits = {"max_files": self._most_files, "max_fields": MOST_FIELDS}
        try:
            form = await _InMemory(self.headers, stream(), **limits).parse()
        except (MultiPartException, KeyError, ValueError) as error:
            message = getattr(error, "message", "") or "no boundary, or a broken part"
            if message.startswith("Too many"):
                told = f"at most {self._most_files} files and {MOST_FIELDS} fields are taken"
                raise TooLarge(f"the form has too many parts; {told}") from error
            raise BadParameter(FILE, f"the form cannot be read: {message}") from error
        try:
            parts = [(name, part) for name, part in form.multi_items() if isinstance(part, UploadFile)]
            return Form(
                files=[Upload(await _read(part), part.filename or "") for name, part in parts if name == FILE],
                strangers=[name for name, _ in parts if name != FILE],
                fields=[(name, part) for name, part in form.multi_items() if isinstance(part, str)],
            )
        finally:
            await form.close()


async def _read(part: UploadFile) -> bytes:
    """All of a file, in pieces, between which others are answered."""
    pieces = []
    while piece := await part.read(PIECE_BYTES):
        pieces.append(piece)
        await asyncio.sleep(0)
    return pieces[0] if len(pieces) == 1 else await asyncio.to_thread(b"".join, pieces)


class _InMemory(MultiPartParser):
    """Starlette's parser, without its temporary files: the body is in memory anyway, and a disk may be full."""

    spool_max_size = sys.maxsize
