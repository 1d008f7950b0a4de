#!/usr/bin/env python3
"""Writes sums.csv: expressions and their exact values, by Python's fractions from a fixed seed.

generate.py --check exits 1 where the file differs from what would be written.
"""

import os
import random
import sys
from fractions import Fraction

ROWS = 90


def decimal(value):
    """The value as a whole number or a finite decimal; None where it is neither."""
    for places in range(0, 12):
        scaled = value * 10 ** places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            text = digits if places == 0 else digits[:-places] + "." + digits[-places:]
            return ("-" if value < 0 else "") + text
    return None


def expression(draw):
    a, b, c = (draw.randint(2, 999) for _ in range(3))
    kind = draw.randrange(6)
    if kind == 0:
        return f"{a} * {b} - {c}", Fraction(a * b - c)
    if kind == 1:
        return f"{c % 95 + 5}% of {a * 10}", Fraction(c % 95 + 5, 100) * a * 10
    if kind == 2:
        return f"({a} + {b}) / 8", Fraction(a + b, 8)
    if kind == 3:
        return f"{a}.{b % 10}5 + {c}.{a % 10}", \
            Fraction(a) + Fraction(b % 10 * 10 + 5, 100) + c + Fraction(a % 10, 10)
    if kind == 4:
        return f"{a % 12 + 2}^{b % 5 + 2}", Fraction((a % 12 + 2) ** (b % 5 + 2))
    return f"1/4 * {a} + 3/5 * {b}", Fraction(a, 4) + Fraction(3 * b, 5)


def main():
    draw = random.Random(7)
    rows = {}
    while len(rows) < ROWS:
        text, value = expression(draw)
        rows[text] = decimal(value)
    content = "sum,value\n" + "".join(f"{text},{value}\n" for text, value in rows.items())
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sums.csv")
    if "--check" in sys.argv:
        with open(path, encoding="utf-8") as file:
            sys.exit(file.read() != content)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


main()
