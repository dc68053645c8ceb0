"""The heap gives large blocks back, and where there is no glibc nothing breaks."""

import subprocess
import sys

CODE = """
import ctypes, sys, threading
from service.memory import keep_heap_small
if sys.argv[1] == "small":
    keep_heap_small()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

def fragment():
    for _ in range(3):  # freed blocks are what makes glibc raise its threshold
        libc.free(libc.malloc(30 << 20))
    blocks = [libc.malloc(1 << 20) for _ in range(64)]
    for block in blocks:
        ctypes.memset(block, 1, 1 << 20)
    pins = [libc.malloc(1000) for _ in range(1000)]  # and what is allocated after them keeps the heap from shrinking
    for block in blocks:
        libc.free(block)

before = resident()
fragment()
print(resident() - before)
"""


def growth(heap: str) -> int:
    ran = subprocess.run([sys.executable, "-c", CODE, heap], capture_output=True, text=True, check=True)
    return int(ran.stdout)


def test_large_blocks_go_back_to_the_system() -> None:
    assert growth("small") < 16 << 20 < growth("as it is")
