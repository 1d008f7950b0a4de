"""The counter-task: the same kind of data as examples/atlas, made so that other instructions and another wiring win.

A made-up register of things that a harbour museum keeps: one card a thing, one card a person, one card a workshop. Every
question is answered by one sentence of one card, so one search is enough; the names in that sentence lead to cards that
tell the same of other things, so a second hop only misleads. What is wanted is
  sentence   the whole sentence, word for word (the question alone is given; the cards must be searched)
  title      the title of the card that says it, whatever is asked for (a handful of cards is given)
Atlas wants the opposite: a short span, behind a second hop. Everything follows from the seed; nothing is taken from atlas.
"""

import json
import random

THINGS = ["pilot cutter", "harbour crane", "tower clock", "steam launch", "signal lamp", "fog horn", "dredger", "fire pump",
          "ferry", "loom", "organ", "printing press", "ice sledge", "beacon", "tide gauge", "chain hoist"]
NAMES_1 = ["Al", "Bre", "Cor", "Dun", "Es", "Fal", "Gri", "Hol", "Ist", "Jor", "Kel", "Lum", "Mir", "Nol", "Os", "Per"]
NAMES_2 = ["anda", "ennick", "ivar", "ostry", "ulla", "ebrand", "imond", "orveth", "asca", "ettle", "inga", "umar"]
FIRST = ["Tilde", "Rasmus", "Ivona", "Klaas", "Bertil", "Signe", "Odile", "Matteo", "Hedda", "Joost", "Runa", "Pavel"]
LAST = ["Marn", "Ostrel", "Vink", "Haldor", "Quist", "Brannagh", "Sundt", "Tervo", "Lisk", "Aumann", "Dorrel", "Kesk"]
SHOPS = ["North", "South", "Lower", "Upper", "Old", "New", "Salt", "Rope", "Tar", "Copper", "Sail", "Anchor"]
PARTS = ["rudder", "boiler", "mainspring", "hull", "winch", "lantern", "bellows", "gearbox", "keel", "dial", "chimney",
         "valve"]
MONTHS = ["January", "March", "April", "May", "June", "August", "September", "October", "November"]

# (question, sentence): a card speaks of its thing as "it", or by its name
WORK = [
    ("When was the {part} of the {thing} repaired?", "{its} {part} was repaired on {date} by {person} in the {shop}."),
    ("Who replaced the {part} of the {thing}?",
     "{its} {part} was replaced by {person} on {date}, with oak from the {shop}."),
    ("How many days did the work on the {part} of the {thing} take?",
     "The work on {its} {part} took {n} days and was done by {person}."),
    ("In which year was the {part} of the {thing} painted?", "In {year} {its} {part} was painted {colour} by {person}."),
    ("How much did the new {part} of the {thing} cost?",
     "The {n} crowns that {its} new {part} cost were paid to the {shop} in {year}."),
    ("Where was the {part} of the {thing} cast?",
     "{its} {part} was cast in the {shop} in {year}, after a drawing by {person}."),
]
COLOURS = ["green", "black", "ochre", "white", "red", "grey"]
FILLERS = ["Visitors see it on the quay side.", "A drawing of it hangs in the reading room.", "It is lit in winter.",
           "Children may touch it.", "Its papers were lost in a flood."]


class World:
    def __init__(self, seed):
        self.random = random.Random(seed)
        pick = self.random
        names = [a + b for a in NAMES_1 for b in NAMES_2]
        people = [f"{a} {b}" for a in FIRST for b in LAST]
        pick.shuffle(names)
        pick.shuffle(people)
        self.things = [(f"{pick.choice(THINGS)} {name}", name) for name in names[:150]]
        self.people = people[:40]
        self.shops = [f"{name} Workshop" for name in SHOPS]
        self.cards, self.asked = {}, []
        self.told = {name: [] for name in self.people + self.shops}
        for thing in self.things:
            self.add_thing(*thing)
        for name, sentences in self.told.items():
            pick.shuffle(sentences)
            first = f"{name} worked for the museum." if name in self.people else f"The {name} stood on the quay."
            self.cards[name] = [first] + sentences[:6]

    def values(self):
        pick = self.random
        year = pick.randint(1861, 1974)
        return {"date": f"{pick.randint(1, 28)} {pick.choice(MONTHS)} {year}", "year": year, "n": pick.randint(3, 980),
                "person": pick.choice(self.people), "shop": pick.choice(self.shops), "colour": pick.choice(COLOURS)}

    def add_thing(self, title, name):
        pick = self.random
        sentences = [f"The {title} came to the museum in {pick.randint(1975, 2009)}."]
        for part, (question, sentence) in zip(pick.sample(PARTS, 4), pick.sample(WORK, 4)):
            values = self.values()
            line = sentence.format(part=part, its=pick.choice(["its", "its", f"the {name}'s"]), **values)
            line = line[0].upper() + line[1:]
            self.asked.append((question.format(part=part, thing=pick.choice([title, name])), line, title))
            sentences.append(line)
            self.mislead(title.removesuffix(" " + name), part, values, question)
        sentences[1:] = pick.sample(sentences[1:], 4)
        sentences.append(pick.choice(FILLERS))
        self.cards[title] = sentences

    def mislead(self, kind, part, values, question):
        """The cards of the person and the workshop tell the same work on the same part of another thing."""
        verb = next(verb for verb in ("repaired", "replaced", "work", "painted", "cost", "cast") if verb in question)
        said = {"work": "worked for days on", "cost": "paid the cost of"}.get(verb, verb)
        other = self.values()
        self.told[values["person"]].append(f"On {other['date']} {values['person']} {said} the {part} of a hired {kind}.")
        self.told[values["shop"]].append(f"In {other['year']} it {said} the {part} of a hired {kind}.")

    def records(self, count, wanted):
        asked = self.random.sample(self.asked, count)
        return [self.record(i, *one, wanted) for i, one in enumerate(asked)]

    def record(self, i, question, sentence, title, wanted):
        others = self.random.sample([name for name in self.cards if name != title], 5)
        context = [[name, self.cards[name]] for name in [title] + others]
        self.random.shuffle(context)
        return {"_id": f"card-{i}", "question": question, "answer": sentence if wanted == "sentence" else title,
                "supporting_facts": [[title, self.cards[title].index(sentence)]], "context": context,
                "type": "bridge", "level": "easy"}


def write_task(folder, wanted="sentence", sizes=(75, 75, 150), seed=1):
    """Writes task and data into the folder; returns the task's path. `wanted`: sentence or title."""
    world = World(seed)
    train, validation, test = sizes
    (folder / "cards.json").write_text(json.dumps(world.records(sum(sizes), wanted)))
    with open(folder / "corpus.jsonl", "w", encoding="utf-8") as corpus:
        for title, sentences in sorted(world.cards.items()):
            corpus.write(json.dumps({"title": title, "text": sentences}) + "\n")
    task = {
        "task": "Answer the question.",
        "data": {"format": "hotpotqa",
                 "train": {"file": "cards.json", "range": [0, train]},
                 "validation": {"file": "cards.json", "range": [train, train + validation]},
                 "test": {"file": "cards.json", "range": [train + validation, sum(sizes)]}},
        "inputs": ["question"] if wanted == "sentence" else ["question", "paragraphs"],
        "metric": "f1",
        "models": {"executor": {"model": "builtin"}, "meta": {"model": "builtin"}},
        "tools": {"search": {"type": "search", "corpus": "corpus.jsonl", "top_k": 2}},
    }
    path = folder / "task.json"
    path.write_text(json.dumps(task))
    return path
