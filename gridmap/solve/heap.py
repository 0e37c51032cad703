"""Keep a binary heap in two arrays: keys and what they stand for."""

from gridmap.solve.kernel import kernel


@kernel
def heap_push(key, value, size, new_key, new_value):
    """Push on a binary heap of two arrays; return the new size."""
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if key[up] <= new_key:
            break
        key[at] = key[up]
        value[at] = value[up]
        at = up
    key[at] = new_key
    value[at] = new_value
    return size + 1


@kernel
def heap_pop(key, value, size):
    """Drop the top of a binary heap of two arrays; return the new size."""
    size -= 1
    last_key = key[size]
    last_value = value[size]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and key[down + 1] < key[down]:
            down += 1
        if key[down] >= last_key:
            break
        key[at] = key[down]
        value[at] = value[down]
        at = down
    key[at] = last_key
    value[at] = last_value
    return size
