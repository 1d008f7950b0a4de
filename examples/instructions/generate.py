#!/usr/bin/env python3
"""Writes prompts.jsonl: requests with instructions that a program checks, in the layout of IFEval, from a fixed seed.

generate.py --check exits 1 where the file differs from what would be written.
"""

import json
import os
import random
import sys

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "prompts.jsonl")
REQUESTS = [
    "Describe a harbour at dawn.", "Explain what a tide table is for.", "Thank a neighbour for lending a ladder.",
    "Tell a child why bread rises.", "Announce that the library opens later on Monday.", "Describe the smell of rain.",
    "Recommend a walk along a canal.", "Explain how to fold a paper boat.", "Ask a friend to water the plants.",
    "Describe an old clock tower.", "Explain why ships carry lights.", "Write a note about a lost umbrella.",
    "Describe a market in winter.", "Explain what a compass does.", "Invite a colleague to a chess evening.",
]
WORDS = ["lantern", "harvest", "copper", "meadow", "anchor", "ribbon"]


def no_comma(_draw):
    return "punctuation:no_comma", {}, "Use no commas."


def ending(draw):
    phrase = draw.choice(["That is all.", "More tomorrow.", "Yours as ever."])
    return "startend:end_checker", {"end_phrase": phrase}, f"End with exactly this phrase: {phrase}"


def keywords(draw):
    words = sorted(draw.sample(WORDS, 2))
    return "keywords:existence", {"keywords": words}, f"Use the words {words[0]} and {words[1]}."


def short(draw):
    count = draw.choice([30, 40, 50])
    return ("length_constraints:number_words", {"relation": "less than", "num_words": count},
            f"Use fewer than {count} words.")


def quoted(_draw):
    return "startend:quotation", {}, "Put the whole response in double quotation marks."


def title(_draw):
    return "detectable_format:title", {}, "Give it a title in double angular brackets, as in <<quiet water>>."


def bullets(draw):
    count = draw.choice([2, 3])
    return ("detectable_format:number_bullet_lists", {"num_bullets": count},
            f"Write exactly {count} bullet points, each on a line that begins with an asterisk.")


def prompts():
    draw = random.Random(5)
    kinds = [no_comma, ending, keywords, short, quoted, title, bullets]
    for number in range(45):
        chosen = [kind(draw) for kind in draw.sample(kinds, 1 + number % 2)]
        text = " ".join([REQUESTS[number % len(REQUESTS)]] + [words for _, _, words in chosen])
        yield {"key": number, "prompt": text, "instruction_id_list": [name for name, _, _ in chosen],
               "kwargs": [arguments for _, arguments, _ in chosen]}


def main():
    text = "".join(json.dumps(prompt) + "\n" for prompt in prompts())
    if "--check" in sys.argv[1:]:
        with open(PATH, encoding="utf-8") as file:
            return int(file.read() != text)
    with open(PATH, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
