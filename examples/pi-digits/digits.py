"""How often each digit comes up in this engine's part of the digits of pi."""
import collections


def count(text):
    """Of each of the ten digits."""
    found = collections.Counter(text)
    return [found[digit] for digit in "0123456789"]


def digits(start, end):
    """Digits start..<end of pi behind the point, by Machin's formula in whole numbers."""
    scale = 10 ** (end + 10)

    def arctan(inverse):
        total = term = scale // inverse
        square, divisor, sign = inverse * inverse, 1, 1
        while term:
            term //= square
            divisor, sign = divisor + 2, -sign
            total += sign * (term // divisor)
        return total

    text = str((4 * (4 * arctan(5) - arctan(239))) // 10 ** 10)
    return text[1:][start:end]
