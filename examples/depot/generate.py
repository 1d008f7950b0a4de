#!/usr/bin/env python3
"""Writes goods.csv (what the server knows) and questions.csv, invented, from a fixed seed.

generate.py --check exits 1 where a file differs from what would be written.
"""

import os
import random
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
DEPOTS = ["Alvik", "Brena", "Corran", "Dalmar", "Estvik", "Falun", "Gorsk", "Harven"]
GOODS = ["Amber glass", "Birch plywood", "Copper wire", "Dried figs", "Flax rope", "Graphite rods",
         "Hemp sacks", "Iron hinges", "Linseed oil", "Marble dust", "Nutmeg", "Pine tar"]
CARRIERS = ["Ida Brandt", "Otto Lund", "Mara Keel", "Sven Arde", "Tova Hill", "Urban Sand"]
QUESTIONS = (("How many crates of {goods} does the depot of {depot} hold?", "crates"),
             ("When were the {goods} of the depot of {depot} delivered?", "year"),
             ("Who delivered the {goods} to the depot of {depot}?", "carrier"))


def main():
    draw = random.Random(11)
    pairs = [(goods, depot) for goods in GOODS for depot in DEPOTS]
    draw.shuffle(pairs)
    goods, questions = "goods,depot,crates,year,carrier\n", "question,answer\n"
    for number, (what, depot) in enumerate(sorted(pairs[:60])):
        record = {"crates": draw.randint(12, 900), "year": draw.randint(1890, 1990),
                  "carrier": draw.choice(CARRIERS)}
        goods += f"{what},{depot},{record['crates']},{record['year']},{record['carrier']}\n"
        text, key = QUESTIONS[number % 3]
        questions += f"{text.format(goods=what.lower(), depot=depot)},{record[key]}\n"
    for name, content in (("goods.csv", goods), ("questions.csv", questions)):
        path = os.path.join(FOLDER, name)
        if "--check" not in sys.argv:
            with open(path, "w", encoding="utf-8") as file:
                file.write(content)
        with open(path, encoding="utf-8") as file:
            if file.read() != content:
                sys.exit(1)


main()
