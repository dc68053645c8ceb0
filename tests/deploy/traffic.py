"""Callers who never pause."""

import threading
from collections import Counter
from types import TracebackType

import httpx

CALLERS = 4


class Traffic:
    """While the context lasts, half of the callers draw images and half send one: GET and POST, one after the other."""

    def __init__(self, url: str, image: bytes) -> None:
        self.answers: Counter[int | str] = Counter()
        """How often each status was answered, or each error met instead of an answer."""
        self._url, self._image = url, image
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(number,)) for number in range(CALLERS)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _call(self, number: int) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as client:
            while not self._over.is_set():
                try:
                    if number % 2:
                        answer = client.get("/sample", params={"count": 1})
                    else:
                        answer = client.post("/encode", content=self._image, headers={"Content-Type": "image/png"})
                    self.answers[answer.status_code] += 1
                except httpx.HTTPError as error:
                    self.answers[repr(error)] += 1
