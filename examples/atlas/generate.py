#!/usr/bin/env python3
"""Generate the Atlas task: a fictional gazetteer and multi-hop questions over it.

    generate.py            write the data files into this folder
    generate.py --check    compare them with what would be written; exit 1 on a difference
    generate.py --stats    counts, retrieval difficulty and the score of trivial rules
    generate.py --show N   N random questions with their supporting sentences

A small world model (provinces, towns, rivers, people, works, ...) is drawn from a
seed.  Every passage and every question is worded from tables of phrasings, of which
there are two disjoint sets: "main" (atlas.json, corpus.jsonl) and "alt"
(atlas_alt.json, corpus_alt.jsonl).  Python standard library only.
"""

import argparse
import collections
import hashlib
import json
import math
import os
import random
import re
import string
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20417
N_QUESTIONS = 600
TEST_FROM = 300
MONTHS = ("January February March April May June July August September October "
          "November December").split()

# ---------------------------------------------------------------------------
# 1. Names
# ---------------------------------------------------------------------------

PROVINCES = ("Ostravel Merrowen Kaldrith Vessany Thurnmark Isquelle Bargonda Lorrimand "
             "Quendary Sellasund").split()

# Each province takes its place names from one of five families: (roots, endings).
PLACE_FAMILIES = [
    ("Skarn Hesk Wull Drem Garv Yarl Pruck Mossel Threl Corb Fald Uggle Brenn Tosk",
     "wick stow holm combe gate marsh thwaite bury"),
    ("Vela Cazi Moru Sera Tolo Orsa Luca Fia Pira Gavi Nebo Dori",
     "nza retto sca tello mbra lune vico ntara"),
    ("Krav Zel Dobr Vorm Stov Ters Hrad Plesk Mirn Jezd Lubn",
     "anik itsa ovar eska una ograv ilov"),
    ("Ael Ith Nya Ilo Sae Eir Oru Vey Cael Liu",
     "mara vanna thelle lisse quen ruvia dessa nore"),
    ("Tak Ombe Zuri Kala Banto Mwel Iru Sopa Dagu Neri",
     "lo ndi sara keth mbo vash renga tu"),
]

FIRST_M = ("Odran Tavik Ilvar Bastan Corwen Edrik Garrin Jorvel Kester Lanric Mattin Norvald "
           "Osk Perrin Quillon Rasmo Stellan Torvin Ulbert Vantor Wystan Yarrick Zeno Aldo "
           "Brisco Cadoc Dunstan Emeric").split()
FIRST_F = ("Merrin Sabeth Ysanne Adela Brisa Coralie Dorthea Elvra Fenna Gisla Hestra Ilona "
           "Jessamy Katrel Lisbet Mirela Nessa Odile Petra Quenna Rosalin Signe Tamsa Ursel "
           "Vianne Wilma Zelda Orlaith").split()
SURNAME_ROOTS = ("Mar Cal Dro Vess Pim Thel Ask Bel Fen Gol Har Jass Kel Lor Nev Orl Pend "
                 "Rost Sten Tull Ulv Wen Yss Zand Quor").split()
SURNAME_ENDS = ("rack indo velt ley more aster holt anney quist ova arin ard eck oway "
                "umber isk").split()

ALIASES = """the Grey Lady|the Iron Ladder|the City of Lanterns|the Sleeping Bishop|the Crooked Mile
the Widow's Comb|the Town of Nine Wells|the Old Toll|the White Shoulder|the Silver Thread|the Blind Mirror
the Salt Gate|the Broken Crown|the Weaver's Step|the Long Sister|the Town of Clocks|the Black Basin
the Drowned Field|the Lame Giant|the Queen of the Valley|the Brown Serpent|the Beggar's Arch|the Hatter's Town
the Cold Anvil|the Mother of Herons|the Ferryman's Regret|the Hundred Steps|the Stone Ship|the Quiet Water
the Pearl of the North Road|the Thief's Needle|the Copper Mountain|the Monk's Table|the Winding Stair
the Red Causeway|the Seven-Year River|the Town without Gates|the Glass Eye|the Miller's Friend|the Cradle
the Deep Purse|the Shepherd's Clock|the Little Capital|the Two Brothers|the Tinker's Road|the Lost Mitten
the Hollow Tooth|the Bride's Veil|the Dry Harbour|the Old Rope""".replace("\n", "|").split("|")

WORK_A = ("Grey Silent Copper Winter Last Hidden Burning Hollow Gentle Broken Scarlet Northern "
          "Patient Crooked Paper Velvet Second Amber Drifting Salt").split()
WORK_B = ("Heron Orchard Letter Lantern Harvest Garden Procession Mirror Bell Ferry Widow Falcon "
          "Window Inheritance Shore Tailor Supper Quarry Sparrow Almanac").split()
WORK_FORMS = ["The {a} {b}", "The {a} {b}", "The {a} {b}", "A {a} {b}", "The {b} Keeper",
              "Beyond the {a} {b}", "{b} in Snow", "Songs of the {a} {b}", "The {b} of Ashes",
              "Three Days at the {b}"]
SHIP_NAMES = "Grey Widow|Morning Hare|Amber Queen|Patience|Old Fiddler|Lapwing|Duchess Ilona|Steadfast|Blue Pilgrim|Kittiwake".split("|")
FESTIVALS = ("Lantern Feast|Salt Fair|Nine Bells Festival|Feast of Ladders|Heron Days|Kite Assembly|"
             "Straw Bear Procession|Festival of Small Boats|Cherry Court|Night of Drums|Plum Fair|"
             "Candle Regatta|Goose Parliament|Festival of Masks and Mirrors|Winter Psaltery|"
             "Ropewalkers' Week|Honey Wake|Wool Games").split("|")
INST_WORDS = ("Halcyon Threelamps Corvane Ashlar Wintergreen Meridian Oldcastle Pomander Sable "
              "Larkspur Tessel Anchorite Cinnabar Quadrant Bellweather Fallow Gilded Marchmain "
              "Osier Vintner").split()
BRIDGE_WORDS = ("Heron Chandlers' Nine-Arch Tollgate Bishop's Saltway Weavers' Lantern Cattle Ropemakers' "
                "Millrace Swan Friars' Gallows Penny Sundial Kingfisher Orchard").split()
SEAS = ["the Sallow Sea", "the Bay of Ferrin", "the Gulf of Asmere", "the Cold Sound", "the Sea of Ulm Vara"]
PRODUCTS = ("saffron|hand-blown glass|church bells|felt hats|smoked eel|blue pottery|clocks|barrel organs|"
            "linen|copper kettles|goat cheese|fishing nets|violins|beeswax candles|plum brandy|roof slate|"
            "carved chess sets|rope|marbled paper|silk ribbon|salt|umbrellas|stoneware|walnut oil|"
            "playing cards|millstones|mustard|leather gloves|pewter|apple cider").split("|")
ISLANDS = ("Ossel|Great Marrey|Cormorant|Teal|Hollin|St Averil|Pennick|Long Rast|Brackwater|Gull|Ivo|Nunsey|"
           "Orra|Tambler|Black Hen|Drumsey|Elvey|Fosk|Little Quill|Haddock|Jurra|Kelda|Mossy|Wether").split("|")
FOUNDER_JOBS = ("clockmaker physician astronomer merchant botanist glassmaker bishop printer cartographer "
                "judge brewer apothecary banker shipowner").split()
CLIMBER_JOBS = "surveyor priest schoolmaster geologist lawyer".split()
PARENT_JOBS = "miller carpenter schoolteacher tanner ferryman notary farmer baker stonemason saddler".split()


def place_name(rng, family, used):
    roots, ends = (part.split() for part in PLACE_FAMILIES[family])
    for _ in range(1000):
        name = re.sub("thth", "th", rng.choice(roots) + rng.choice(ends))
        if name not in used:
            used.add(name)
            return name
    raise ValueError("place names exhausted")


# ---------------------------------------------------------------------------
# 2. The world
# ---------------------------------------------------------------------------

FAMILY = {"museum": "inst", "library": "inst", "theatre": "inst", "university": "inst",
          "painting": "work", "novel": "work", "opera": "work"}
# What a thing may be called in the running text, after its name was given.
NOUNS = {"ship": ["vessel", "ship"], "mountain": ["mountain", "peak"], "festival": ["festival", "event"],
         "battle": ["battle"], "person": []}


class Entity:
    """One thing of the world; .f maps a field to an Entity, a number, a date or a string."""

    def __init__(self, kind, title, ref=None, **fields):
        self.kind, self.title, self.ref = kind, title, ref or title
        self.family = FAMILY.get(kind, kind)
        self.alias, self.gender, self.flip, self.f = None, None, 0, dict(fields)

    def __repr__(self):
        return "<%s %s>" % (self.kind, self.title)


class World:
    def __init__(self, seed):
        self.rng = random.Random("world%d" % seed)
        self.all, self.titles = [], set()
        self.provinces_and_towns()
        self.nature()
        self.people()
        self.things()
        self.attach_people()
        self.finish()

    def add(self, entity):
        assert entity.title not in self.titles, entity.title
        self.titles.add(entity.title)
        self.all.append(entity)
        return entity

    def of(self, *kinds):
        return [e for e in self.all if e.kind in kinds or e.family in kinds]

    def date(self, year):
        return (year, self.rng.randint(1, 12), self.rng.randint(1, 28))

    # -- places ------------------------------------------------------------
    def provinces_and_towns(self):
        rng, used = self.rng, set()
        products = PRODUCTS * 4
        rng.shuffle(products)
        self.roots = {}
        for i, name in enumerate(PROVINCES):
            p = self.add(Entity("province", name, area=rng.randint(2100, 19800), created=rng.randint(1590, 1790),
                                districts=rng.randint(6, 29)))
            roots = [place_name(rng, i % 5, used) for _ in range(7 if i < 8 else 8)]
            self.roots[p] = roots
            names = roots[2:] + ["%s %s" % (w, roots[k]) for k, pair in
                                 enumerate(rng.sample([("Upper", "Lower"), ("Old", "New"), ("East", "West")], 2))
                                 for w in pair]
            towns = []
            for t in names:
                towns.append(self.add(Entity("town", t, province=p, founded=rng.randint(880, 1480),
                                             product=products.pop(), elev=rng.randint(18, 460))))
            for t in towns:
                t.f["charter"] = rng.randint(t.f["founded"] + 20, 1560)
                t.f["rail"] = rng.randint(1852, 1911)
                t.f["pop1"] = rng.randint(1400, 48000)
                t.f["pop2"] = int(t.f["pop1"] * rng.uniform(0.7, 2.4)) + rng.randint(3, 90)
                t.f["oldprod"] = rng.choice([x for x in PRODUCTS if x != t.f["product"]])
            cap, old = rng.sample(towns, 2)
            p.f.update(capital=cap, oldcap=old, capyear=rng.randint(p.f["created"] + 30, 1905))
        self.used_places = used

    def nature(self):
        rng, used = self.rng, self.used_places
        islands = ISLANDS[:]
        rng.shuffle(islands)
        for i, p in enumerate(self.of("province")):
            fam, roots = i % 5, self.roots[p]
            heights = rng.sample(range(1100, 3900), 3)
            names = [roots[2], place_name(rng, fam, used), place_name(rng, fam, used)]
            forms = rng.sample(["Mount %s", "%s Horn", "Pike of %s", "%s Fell", "Cape Top of %s"][:4], 3)
            hills = []
            for h, n, form in zip(heights, names, forms):
                t = form % n
                hills.append(self.add(Entity("mountain", t, "the " + t if t.startswith("Pike") else t,
                                             province=p, height=h)))
            p.f["peak"] = max(hills, key=lambda m: m.f["height"])
            lakes = []
            for k in range(3 if i < 4 else 2):
                n = roots[3] if k == 0 else place_name(rng, fam, used)
                t = rng.choice(["Lake %s", "%s Mere", "%s Water"]) % n
                lakes.append(self.add(Entity("lake", t, province=p, area=rng.randint(70, 4900) / 10.0,
                                             depth=rng.randint(11, 390), elev=rng.randint(60, 700),
                                             sounded=rng.randint(1790, 1925), island=islands.pop() + " Island")))
            rivers = []
            for k in range(3):
                n = [roots[0], roots[4], place_name(rng, fam, used)][k]
                mouth = [rng.choice(SEAS), rng.choice(lakes), None][k]
                t = "River " + n
                length = rng.randint(170, 690) if k == 0 else rng.randint(38, 168)
                r = self.add(Entity("river", t, "the " + t, province=p, source=hills[k], length=length,
                                    mouth=mouth, basin=length * rng.randint(9, 26) + rng.randint(1, 8),
                                    charted=rng.randint(1702, 1899)))
                r.f["mouth"] = r.f["mouth"] or rivers[0]
                rivers.append(r)
            towns = [t for t in self.of("town") if t.f["province"] is p]
            rng.shuffle(towns)
            for k, t in enumerate(towns):
                if k < 6:
                    t.f["river"] = rivers[k % 3]
                else:
                    t.f["lake"] = rng.choice(lakes)
                    t.f["elev"] = t.f["lake"].f["elev"] + rng.randint(3, 22)
            p.f["border"] = self.of("province")[(i + 3) % 10]

    # -- people ------------------------------------------------------------
    ROLES = [("architect", 20, 1715, 1890), ("painter", 16, 1740, 1895), ("novelist", 14, 1760, 1895),
             ("composer", 13, 1765, 1895), ("general", 7, 1702, 1722), ("general", 7, 1796, 1815),
             ("ship's captain", 12, 1808, 1890), ("climber", 15, 1755, 1892), ("early founder", 14, 1640, 1705),
             ("founder", 16, 1710, 1870)]

    def people(self):
        rng = self.rng
        surnames = [re.sub(r"(.)\1\1", r"\1\1", a + b) for a in SURNAME_ROOTS for b in SURNAME_ENDS]
        rng.shuffle(surnames)
        surnames = surnames[:74]
        towns = self.of("town")
        self.by_role = collections.defaultdict(list)
        for role, count, y0, y1 in self.ROLES:
            for k in range(count):
                gender = "m" if role in ("general", "early founder") and rng.random() < .8 else rng.choice("mf")
                while True:
                    name = rng.choice(FIRST_M if gender == "m" else FIRST_F) + " " + rng.choice(surnames)
                    if name not in self.titles:
                        break
                occ = {"climber": CLIMBER_JOBS[k % 5], "founder": FOUNDER_JOBS[k % 14],
                       "early founder": FOUNDER_JOBS[(k * 3 + 1) % 14]}.get(role, role)
                if gender == "f" and occ in ("bishop", "priest"):
                    occ = {"bishop": "abbess", "priest": "nun"}[occ]
                born = rng.randint(y0, y1)
                home = rng.sample(towns, 3)
                e = self.add(Entity("person", name, occ=occ, bdate=self.date(born),
                                    ddate=self.date(born + rng.randint(48, 88)), bplace=home[0],
                                    dplace=home[1] if rng.random() < .95 else home[0], parent=rng.choice(PARENT_JOBS)))
                e.gender, e.role = gender, role
                e.f["_home"] = home[2]
                self.by_role[role].append(e)

    def alive(self, role, year, low=24, high=66):
        return [p for p in (self.by_role[role] if isinstance(role, str) else role)
                if p.f["bdate"][0] + low <= year <= min(p.f["ddate"][0] - 1, p.f["bdate"][0] + high)]

    def maker(self, role, count):
        """`count` pairs (person, year in which that person did something), persons in turn."""
        people = self.by_role[role][:]
        self.rng.shuffle(people)
        for k in range(count):
            p = people[k % len(people)]
            b, d = p.f["bdate"][0], p.f["ddate"][0]
            yield p, self.rng.randint(b + 25, min(d - 1, b + 62))

    # -- made things and events ---------------------------------------------
    def things(self):
        rng, towns = self.rng, self.of("town")

        # institutions: theatres and universities by the early founders, the rest by the later ones
        words = INST_WORDS[:]
        rng.shuffle(words)
        surnames = sorted({p.title.split()[1] for p in self.of("person")})
        plans = [("university", "early founder", 9), ("theatre", "early founder", 7),
                 ("museum", "founder", 9), ("library", "founder", 8)]
        label = {"university": ["%s College", "University of %s"], "theatre": ["%s Theatre", "%s Playhouse"],
                 "museum": ["%s Museum", "%s Gallery"], "library": ["%s Library"]}
        stock = {"university": (420, 9800), "theatre": (280, 2400), "museum": (340, 8700), "library": (14000, 420000)}
        for kind, role, count in plans:
            for k, (p, year) in enumerate(self.maker(role, count)):
                year = min(year, 1838) if kind in ("museum", "library") and p.f["bdate"][0] + 24 <= 1838 else year
                form = rng.choice(label[kind])
                word = (rng.choice(towns).title if "University" in form else
                        words.pop() if words and rng.random() < .6 else rng.choice(surnames))
                title = form % word
                if title in self.titles:
                    title = form % ("New " + word)
                self.add(Entity(kind, title, title if form == "%s College" else "the " + title,
                                town=rng.choice(towns), founder=p, founded=year,
                                moved=year + rng.randint(15, 90), holdings=rng.randint(*stock[kind])))

        # bridges stand in river towns
        wet = [t for t in towns if "river" in t.f]
        rng.shuffle(wet)
        words = BRIDGE_WORDS[:]
        rng.shuffle(words)
        for k, (p, year) in enumerate(self.maker("architect", 36)):
            t = wet[k % len(wet)]
            base = words.pop() if words and k % 2 == 0 else rng.choice(
                [rng.choice(towns).title, rng.choice(surnames)])
            title = base + " Bridge"
            if title in self.titles:
                title = "Old " + title
            self.add(Entity("bridge", title, "the " + title, town=t, river=t.f["river"], architect=p, opened=year,
                            length=rng.randint(34, 890), spans=rng.randint(3, 17),
                            rebuilt=year + rng.randint(12, 95),
                            material=rng.choice(["stone", "iron", "brick", "timber", "granite"])))

        # works
        names = set()
        while len(names) < 58:
            names.add(rng.choice(WORK_FORMS).format(a=rng.choice(WORK_A), b=rng.choice(WORK_B)))
        names = sorted(names)
        rng.shuffle(names)
        names = ["An" + n[1:] if n.startswith("A Amber") else n for n in names]
        settings = towns + self.of("lake") * 2 + self.of("mountain") * 2
        for kind, role, count, venue in (("painting", "painter", 22, "museum"), ("novel", "novelist", 19, "library"),
                                         ("opera", "composer", 17, "theatre")):
            for p, year in self.maker(role, count):
                if kind == "opera":
                    houses, acq = [v for v in self.of(venue) if v.f["founded"] < year], year + rng.randint(0, 2)
                else:
                    houses = self.of(venue)
                house = rng.choice(houses)
                if kind != "opera":
                    acq = max(year, house.f["founded"]) + rng.randint(6, 70)
                w = self.add(Entity(kind, names.pop(), creator=p, year=year, venue=house, acq=acq,
                                    setting=rng.choice(settings),
                                    size=rng.randint(*{"painting": (60, 320), "novel": (190, 880), "opera": (2, 5)}[kind])))
                if rng.random() < .55:
                    w.f["dedicatee"] = rng.choice([q for q in self.alive(self.of("person"), year, 18, 80) if q is not p])

        # first ascents
        for m, (p, year) in zip(self.of("mountain"), self.maker("climber", 30)):
            m.f.update(ascender=p, adate=self.date(year), attempt=year - rng.randint(2, 19),
                       hut=year + rng.randint(8, 60))

        # ships
        names = SHIP_NAMES + [t.title for t in rng.sample(towns, 12)]
        for k, (p, year) in enumerate(self.maker("ship's captain", 22)):
            prefix = "PS" if year < 1880 else "SS"
            title = "%s %s" % (prefix, names[k])
            y2 = year + rng.randint(14, 48)
            self.add(Entity("ship", title, "the " + title, captain=p, launched=year, yard=rng.choice(towns),
                            length=rng.randint(22, 96), cap=rng.randint(60, 840), lake=rng.choice(self.of("lake")),
                            refit=year + rng.randint(4, 12), last=self.date(y2)))

        # battles of two wars
        spots = rng.sample(towns, 18)
        suffix = ["Moor", "Field", "Ford", "Heath", "Ridge", "Wood"]
        for k, t in enumerate(spots):
            war, y0, y1 = (("the War of the Two Crowns", 1748, 1756) if k < 9 else ("the Tithe War", 1838, 1846))
            year = rng.randint(y0, y1)
            a, b = rng.sample(self.alive("general", year, 22, 70), 2)
            # a field named after some other place as often as after the nearest town
            name = rng.choice([t.title, rng.choice(self.roots[t.f["province"]])]) + " " + rng.choice(suffix)
            title = "Battle of " + name
            if title not in self.titles:
                self.add(Entity("battle", title, "the " + title, date=self.date(year), town=t, war=war, victor=a,
                                loser=b, dead=rng.randint(310, 9400), memorial=year + rng.randint(20, 90)))

        # festivals
        for name, (p, year) in zip(FESTIVALS, self.maker("founder", 18)):
            saints = [q for q in self.of("person") if q.f["ddate"][0] < year]
            gap = year + rng.randint(10, 40)
            self.add(Entity("festival", name, "the " + name, town=rng.choice(towns), first=year, founder=p,
                            honours=rng.choice(saints), month=rng.choice(MONTHS), crowd=rng.randint(12, 900) * 100,
                            gap=gap, gapend=gap + rng.randint(2, 9)))

    def attach_people(self):
        """Teachers, schools, spouses, later homes, chief works: at most three a person."""
        rng, people = self.rng, self.of("person")
        works = collections.defaultdict(list)
        for e in self.all:
            for field in ("architect", "creator", "ascender", "captain", "founder", "victor"):
                if field in e.f:
                    works[e.f[field]].append(e)
        for p in people:
            b, d = p.f["bdate"][0], p.f["ddate"][0]
            options = []
            teachers = [q for q in people if q.role == p.role and 15 <= b - q.f["bdate"][0] <= 48 and q.f["ddate"][0] > b + 20]
            schools = [u for u in self.of("university") if u.f["founded"] < b + 17]
            if teachers and p.role != "general":
                options += [("teacher", rng.choice(teachers))] * 2
            if schools:
                options.append(("school", rng.choice(schools)))
            if p.f.get("spouse") is None:
                matches = [q for q in people if q.gender != p.gender and abs(q.f["bdate"][0] - b) <= 10
                           and "spouse" not in q.f
                           and sum(k in q.f for k in ("teacher", "school", "known", "home")) < 3 and "priest bishop nun abbess".find(q.f["occ"]) < 0]
                if matches and p.f["occ"] not in ("priest", "bishop", "nun", "abbess"):
                    options += [("spouse", rng.choice(matches))]
            options += [("home", p.f["_home"])]
            rng.shuffle(options)
            if works[p] and rng.random() < .7:
                options.insert(0, ("known", rng.choice(works[p])))
            room = 3 - sum(k in p.f for k in ("spouse", "teacher", "school", "known", "home"))
            for key, value in options:
                if room == 0 or key in p.f:
                    continue
                p.f[key], room = value, room - 1
                if key == "spouse":
                    value.f["spouse"] = p
                    value.f["wed"] = p.f["wed"] = max(b, value.f["bdate"][0]) + rng.randint(21, 34)
                if key == "home":
                    y = b + rng.randint(22, 40)
                    p.f["hy1"], p.f["hy2"] = y, min(d - 1, y + rng.randint(3, 9))
            del p.f["_home"]

    def mentions(self):
        """What a passage says in passing about things that point to it: {field: (from, relation)}."""
        rng = self.rng
        table = {"river": {"bank": ("town", "river"), "crossing": ("bridge", "river")},
                 "lake": {"steamer": ("ship", "lake"), "feeder": ("river", "mouth")},
                 "mountain": {"spring": ("river", "source")},
                 "museum": {"treasure": ("painting", "venue")}, "library": {"treasure": ("novel", "venue")},
                 "theatre": {"treasure": ("opera", "venue")}, "university": {"treasure": ("person", "school")},
                 "province": {"member": ("town", "province")}}
        for e in self.all:
            for field, (kind, rel) in table.get(e.kind, {}).items():
                sources = [x for x in self.of(kind) if x.f.get(rel) is e]
                if sources:
                    e.f[field] = rng.choice(sources)
            if e.kind == "town" and not e.alias:
                sights = [x for x in self.of("bridge", "inst", "festival") if x.f["town"] is e]
                natives = [x for x in self.of("person") if x.f["bplace"] is e]
                rng.shuffle(sights)
                if sights and (not natives or rng.random() < .7):
                    e.f.update(zip(("sight", "sight2"), sights))
                elif natives:
                    e.f["native"] = rng.choice(natives)

    def finish(self):
        aliases = ALIASES[:]
        self.rng.shuffle(aliases)
        named = {"town": "Town|City|Capital|Queen|Mother|Pearl|Harbour|Purse|Cradle|Clock",
                 "bridge": "Toll|Arch|Rope|Gate|Ladder|Steps|Stair|Causeway|Stone Ship|Friend|Regret|Lady|Sister|Needle|Step|Road",
                 "river": "Mile|Thread|Serpent|River|Brothers|Veil",
                 "lake": "Mirror|Basin|Field|Water|Eye|Mitten",
                 "mountain": "Bishop|Comb|Shoulder|Crown|Giant|Anvil|Mountain|Table|Tooth"}
        for alias in aliases:
            for kind, words in named.items():
                if re.search(words, alias):
                    free = [e for e in self.of(kind) if e.alias is None]
                    e = self.rng.choice(free)
                    e.alias = e.f["alias"] = alias
                    break
        self.mentions()
        for e in self.all:
            e.flip = self.rng.randint(0, 1)
        self.rng.shuffle(self.all)


# ---------------------------------------------------------------------------
# 3. Wording
# ---------------------------------------------------------------------------
# Passages.  A section holds the phrasings of one sentence; a sentence tells the facts
# whose fields stand in it.  {N} is the subject's name, {S} the subject by pronoun, noun
# or name, {s}/{his}/{him} its pronouns, {a_occ} a field with its indefinite article.
# The layouts say which sentences make up a passage; a sentence is left out where the
# entity lacks one of its fields, and the sentences in {} are put in random order.

LAYOUTS = {
    "person": ["born {teacher school home spouse known} death", "dates bplace {teacher school home spouse known} dplace"],
    "town": ["river lake {history pop trade rail alias sights sight native}"],
    "river": ["intro {course size bank crossing alias}"],
    "lake": ["intro {depth island steamer feeder alias}"],
    "mountain": ["intro {ascent attempt hut spring alias}"],
    "bridge": ["intro {architect size rebuilt alias}", "architect {site size rebuilt alias}"],
    "painting": ["intro setting {venue dedicatee size}"],
    "novel": ["intro setting {venue dedicatee size}"],
    "opera": ["intro setting {venue dedicatee size}"],
    "inst": ["intro {founder moved holdings treasure}", "foundertown {moved holdings treasure}"],
    "festival": ["intro {first honours crowd gap}"],
    "ship": ["intro {captain size service}"],
    "battle": ["intro commanders {dead memorial}"],
    "province": ["intro {created oldcap peak member}"],
}

MAIN_PASSAGES = """
[person.born]
{N} was {a_occ} who was born in {bplace} on {bdate}.
{N}, {a_occ}, was born on {bdate} in {bplace}.
Born in {bplace} on {bdate}, {N} was {a_occ}.
{N} was {a_occ} from {bplace}, where {he} was born on {bdate}.
It was in {bplace} that the {occ} {N} was born on {bdate}.
The {occ} {N} was born on {bdate} in {bplace}, the {child} of a {parent}.
The {child} of a {parent}, {N} was born in {bplace} on {bdate} and became {a_occ}.
[person.dates]
{N} ({bdate} – {ddate}) was {a_occ}.
{N} (born {bdate}, died {ddate}) was {a_occ} of some renown.
The {occ} {N} was born on {bdate} and died on {ddate}.
{N} was {a_occ} who lived from {bdate} to {ddate}.
Born on {bdate}, {N} was {a_occ} and remained so until {his} death on {ddate}.
{N}, who was born on {bdate} and died on {ddate}, was a well-known {occ}.
[person.bplace]
{His} birthplace was {bplace}.
{S} was a native of {bplace}, the {child} of a {parent}.
{S} was born in {bplace}.
{S} was born to a {parent}'s family in {bplace}.
{Bplace} was the town of {his} birth.
{S} came from {bplace}.
[person.death]
{S} died in {dplace} on {ddate}.
{S} died on {ddate} in {dplace}, after a long illness.
On {ddate} {s} died in {dplace}.
{His} death occurred in {dplace} on {ddate}.
{S} spent the last years of {his} life in {dplace} and died there on {ddate}.
It was in {dplace}, on {ddate}, that {s} died.
[person.dplace]
It was in {dplace} that {s} died.
{S} died in {dplace}.
{His} death took place in {dplace}.
The last years of {his} life were spent in {dplace}, where {s} died.
{S} died at {his} house in {dplace}.
{Dplace} was the town where {s} died and is buried.
[person.teacher]
After an apprenticeship with {teacher}, {s} worked alone.
{S} was a pupil of {teacher}.
{S} studied under {teacher}.
{S} was taught by {teacher}.
{His} teacher was {teacher}.
As a young {man}, {s} was apprenticed to {teacher}.
{S} learned the profession from {teacher}.
{Teacher} was {his} teacher.
[person.school]
{S} was educated at {school}.
{S} studied at {school} but left without a degree.
{S} attended {school} as a young {man}.
{S} was a student at {school}.
{His} education was completed at {school}.
After schooling by a private tutor, {s} studied at {school}.
[person.home]
From {hy1} to {hy2} {s} lived in {home}.
{S} moved to {home} in {hy1} and stayed there until {hy2}.
Between {hy1} and {hy2} {s} kept a house in {home}.
The years from {hy1} to {hy2} were spent in {home}.
{S} had a workshop in {home} from {hy1} until {hy2}.
In {hy1} {s} settled in {home}, which {s} left in {hy2}.
[person.spouse]
In {wed} {s} married {spouse}.
{S} was married to {spouse} from {wed}.
{His} {wife}, whom {s} married in {wed}, was {spouse}.
{S} married {spouse} in {wed}.
In {wed} {s} became the {husband} of {spouse}.
{Spouse} became {his} {wife} in {wed}.
[person.known]
{His} reputation rests on {known}.
{S} is best known for {known}.
{His} name is linked above all with {known}.
{S} is chiefly remembered for {known}.
Among much else, {s} is remembered for {known}.
{His} fame rests mainly on {known}.

[town.river]
{N} is a town on {river} in the province of {province}.
{N} is a market town in {province}, situated on the banks of {river}.
Situated on {river}, {N} is a town in the province of {province}.
The town of {N} lies on {river} in {province}.
{N}, a town in the province of {province}, stands on {river}.
In the province of {province}, on the banks of {river}, lies the town of {N}.
{N} is a town in {province} through which {river} flows.
[town.lake]
{N} is a town in {province}, built along the shore of {lake}.
In the province of {province}, on the shore of {lake}, lies the town of {N}.
{N} is a town on the shore of {lake} in the province of {province}.
{N} is a lakeside town in {province}, situated on {lake}.
Situated on {lake}, {N} is a town in the province of {province}.
The town of {N} lies on the shore of {lake} in {province}.
{N}, a town in the province of {province}, stands beside {lake}.
[town.history]
{S} was founded in {founded} and received its market charter in {charter}.
Founded in {founded}, {s} was granted a charter in {charter}.
{S} was granted a charter in {charter}, although its foundation dates from {founded}.
The foundation of the town dates from {founded}; a market charter followed in {charter}.
It was founded by monks in {founded}, and walls were added in {charter}.
The walls were built in {charter}, long after the town was founded in {founded}.
[town.pop]
{S} had a population of {pop1} in 1886 and of {pop2} in 1936.
The population was {pop1} at the census of 1886 and {pop2} at the census of 1936.
The census of 1936 recorded {pop2} inhabitants, compared with {pop1} in 1886.
In 1886 {s} had {pop1} inhabitants; by 1936 there were {pop2}.
{Its} population, {pop1} in 1886, stood at {pop2} in 1936.
In 1936 the population was {pop2}, while it had been {pop1} in 1886.
[town.trade]
Although {oldprod} brought its first wealth, {s} is now known for {product}.
{S} is known for its {product}, though the trade in {oldprod} once came first.
Once a centre of the trade in {oldprod}, {s} is now known for its {product}.
The town is best known for {product}; until the nineteenth century it also dealt in {oldprod}.
Known for its {product}, {s} formerly exported {oldprod} as well.
Its best-known product is {product}, which replaced {oldprod}.
[town.rail]
Since {rail} there has been a railway station, {elev} above sea level.
The railway arrived in {rail}, and the station lies at an elevation of {elev}.
{S} lies at an elevation of {elev} and was connected to the railway in {rail}.
{S} has had a railway station since {rail} and stands {elev} above sea level.
At an elevation of {elev}, {s} was reached by the railway only in {rail}.
The station, opened in {rail}, stands at {elev} above sea level.
[town.sights]
Among its sights are {sight} and {sight2}.
Visitors come for {sight} and {sight2}.
{S} takes pride in {sight} and {sight2}.
[town.sight]
Among its sights is {sight}.
Visitors come for {sight}.
{S} takes pride in {sight}.
[town.native]
Its best-known native is {native}.
{Native} was among its natives.
A street is named after {native}, who was born here.
[town.alias]
{S} is also known as {alias}.
{S} is sometimes called {alias}.
Its nickname is {alias}.
Travellers have long called it {alias}.

[river.intro]
Charted for the first time in {charted}, {N} is a river in the province of {province}.
{N} is a river in the province of {province}, first charted in {charted}.
{N} is a river of {province}.
In {province}, {N} is one of the principal rivers.
{N} is one of the rivers of the province of {province}; its course was first charted in {charted}.
{N}, first charted in {charted}, is a river in {province}.
[river.course]
{S} rises on {source} and flows into {mouth}.
Rising on the slopes of {source}, {s} empties into {mouth}.
Its source is on {source}, and its mouth is at {mouth}.
From its source on {source} it flows to {mouth}.
{S} flows into {mouth} after rising on {source}.
Its waters, which rise on {source}, are discharged into {mouth}.
The source lies on {source}; the river ends in {mouth}.
[river.size]
{S} is {length} long and drains a basin of {basin}.
With a length of {length}, {s} drains an area of {basin}.
Its basin covers {basin}, and its length is {length}.
The length of the river is {length}, and that of its basin's area {basin}.
It drains {basin} over a length of {length}.
{S} has a basin of {basin} and a total length of {length}.
[river.bank]
One of the towns on its banks is {bank}.
It flows through {bank}, among other towns.
[river.crossing]
{Crossing} is one of its bridges.
Among its bridges is {crossing}.
[river.alias]
{S} is also known as {alias}.
Boatmen call it {alias}.
It is often called {alias}.
In older books {s} is called {alias}.

[lake.intro]
{N} is a lake in the province of {province} with a surface area of {area}.
{N} is a lake in {province}, covering {area}.
With an area of {area}, {N} is one of the lakes of {province}.
The lake called {N} lies in the province of {province} and covers {area}.
{N}, a lake in {province}, has a surface of {area}.
Covering {area}, {N} lies in the province of {province}.
[lake.depth]
Its maximum depth, measured in {sounded}, is {depth}, and its surface lies {elev} above sea level.
{S} lies at an elevation of {elev} and is {depth} deep, as was found in {sounded}.
A survey of {sounded} found a depth of {depth}; the surface is at {elev}.
{S} is {depth} deep at most, according to soundings of {sounded}, and lies at {elev}.
At an elevation of {elev}, it reaches a depth of {depth}, first measured in {sounded}.
[lake.island]
Of its islands the largest is {island}.
Its largest island is {island}.
The largest island in the lake is {island}.
{Island}, its largest island, is uninhabited.
There are several islands, of which {island} is the largest.
The biggest of its islands is called {island}.
[lake.steamer]
{Steamer} once served on it.
Passengers used to cross it in {steamer}.
[lake.feeder]
Among the rivers that flow into it is {feeder}.
It receives the waters of {feeder}.
[lake.alias]
{S} is also known as {alias}.
Fishermen call it {alias}.
It is sometimes called {alias}.
[mountain.intro]
{N} is a mountain in the province of {province} with a height of {height}.
{N} is a mountain in {province} that is {height} high.
Rising to {height}, {N} is a mountain in the province of {province}.
{N}, {height} high, is a mountain in {province}.
At {height}, {N} is one of the notable mountains of {province}.
The mountain known as {N} stands in {province} and rises to {height}.
[mountain.ascent]
{S} was first climbed by {ascender} on {adate}.
The first ascent was made on {adate} by {ascender}.
On {adate} {ascender} became the first person to climb it.
{Ascender} made the first ascent on {adate}.
{Ascender} was the first to reach the summit, on {adate}.
Its summit was first reached on {adate} by {ascender}.
The first person to stand on the summit, on {adate}, was {ascender}.
[mountain.attempt]
An earlier attempt in {attempt} failed because of storms.
A party of {attempt} had turned back below the summit.
An expedition had failed there in {attempt}.
In {attempt} a large party had been turned back by snow.
[mountain.hut]
A hut below the summit was built in {hut}.
The hut on its southern ridge dates from {hut}.
Since {hut} there has been a hut for climbers.
In {hut} a mountain hut was opened.
[mountain.spring]
{Spring} rises on its slopes.
On its slopes is the source of {spring}.
[mountain.alias]
{S} is also known as {alias}.
Shepherds call it {alias}.
It is often called {alias}.

[bridge.intro]
{N} is {a_material} bridge across {river} in {town}.
{N} is {a_material} bridge in {town} that crosses {river}.
{N}, {a_material} bridge, carries the road over {river} at {town}.
In {town}, {river} is crossed by {N}, {a_material} bridge.
{N} spans {river} in the town of {town}.
Built of {material}, {N} crosses {river} in {town}.
[bridge.site]
Its {material} arches span {river} in {town}.
{S} crosses {river} in {town}.
Built of {material}, it spans {river} at {town}.
It carries the main road of {town} across {river}.
The {material} structure stands in {town}, where it crosses {river}.
In {town} it leads across {river}.
[bridge.architect]
{N} was designed by {architect} and opened in {opened}.
Designed by {architect}, {N} was opened to traffic in {opened}.
The architect of {N}, which opened in {opened}, was {architect}.
Opened in {opened}, {N} is the work of {architect}.
{Architect} designed {N}, which was opened in {opened}.
It was {architect} who designed {N}, opened in {opened}.
{N} was built to plans by {architect} and was opened in {opened}.
[bridge.size]
Resting on {spans} arches, it has a length of {length}.
{S} has a length of {length} and {spans} arches.
With {spans} arches, {s} is {length} long.
{S} is {length} long and rests on {spans} arches.
Its {spans} arches give it a length of {length}.
The length of the structure is {length}, divided into {spans} arches.
[bridge.rebuilt]
After a flood {s} was rebuilt in {rebuilt}.
In {rebuilt} it was widened.
Repairs were carried out in {rebuilt}.
The roadway was rebuilt in {rebuilt} after a fire.
{S} was partly rebuilt in {rebuilt}.
[bridge.alias]
{S} is also known as {alias}.
Among the townspeople it is called {alias}.
Its nickname is {alias}.
It is commonly called {alias}.

[painting.intro]
{N} is a painting of {year} by {creator}.
{N} is an oil painting that was painted by {creator} in {year}.
Painted in {year}, {N} is a work by {creator}.
{N} is a large canvas which {creator} painted in {year}.
The painting {N} was completed by {creator} in {year}.
{Creator} painted {N}, a picture in oils, in {year}.
[painting.setting]
In the picture one sees {setting} after rain.
It depicts {setting} at dusk.
{S} shows {setting} in the early morning.
The subject of the picture is {setting} in winter.
{Setting} is depicted in the background.
The scene depicted is a view of {setting}.
[painting.venue]
It belongs to {venue}, by which it was acquired in {acq}.
Since {acq} {s} has hung in {venue}.
{S} was acquired in {acq} by {venue}, where it still hangs.
It is kept in {venue}, which bought it in {acq}.
In {acq} it entered the collection of {venue}.
{Venue} has held it since {acq}.
[painting.dedicatee]
The dedication on its frame is to {dedicatee}.
The artist made it for {dedicatee}, to whom it is dedicated.
{S} was dedicated to {dedicatee}.
The painter dedicated it to {dedicatee}.
It bears a dedication to {dedicatee}.
It is dedicated to {dedicatee}.
[painting.size]
The canvas is {size} wide.
Its width is {size}.
{S} is {size} wide and was cleaned twice.
[novel.intro]
{N} is a novel by {creator}, published in {year}.
{N} is a novel that was written by {creator} and published in {year}.
Published in {year}, {N} is a novel by {creator}.
The novel {N}, written by {creator}, appeared in {year}.
{Creator} wrote the novel {N}, which was published in {year}.
{N} is a novel of {year} whose author is {creator}.
[novel.setting]
Most of the story takes place near {setting}.
It is set in the country around {setting}.
The story is set near {setting}.
{S} takes place at {setting}.
{Setting} is the setting of the story.
Its plot unfolds around {setting}.
[novel.venue]
In {acq} the manuscript entered {venue}.
The manuscript has been kept in {venue} since {acq}.
Since {acq} its manuscript has belonged to {venue}.
{Venue} acquired the manuscript in {acq}.
Its manuscript was given in {acq} to {venue}, where it is kept.
The manuscript is preserved in {venue}, which bought it in {acq}.
[novel.dedicatee]
The book bears a dedication to {dedicatee}.
{Dedicatee} is named in its dedication.
{S} is dedicated to {dedicatee}.
The author dedicated it to {dedicatee}.
The dedication is to {dedicatee}.
It was dedicated to {dedicatee} in its first edition.
[novel.size]
The first edition ran to {size} pages.
In its first edition it had {size} pages.
{S} has {size} pages.
[opera.intro]
Completed in {year}, the opera {N} is the work of {creator}.
{N} is an opera by {creator}, completed in {year}.
{N} is an opera that was composed by {creator} in {year}.
Composed in {year}, {N} is an opera by {creator}.
The opera {N} was composed by {creator} and completed in {year}.
{Creator} composed the opera {N} in {year}.
The music of {N}, an opera of {year}, is by {creator}.
[opera.setting]
Its plot takes place near {setting}.
It is set in the country around {setting}.
The action is set near {setting}.
{S} takes place at {setting}.
{Setting} is the setting of the plot.
The plot unfolds around {setting}.
[opera.venue]
It was at {venue} that it was first performed, in {acq}.
{S} had its premiere in {acq} at {venue}.
It was first performed at {venue} in {acq}.
The premiere took place in {acq} at {venue}.
{Venue} staged the premiere in {acq}.
Its first performance, in {acq}, was given at {venue}.
[opera.dedicatee]
{Dedicatee} is named in its dedication.
{S} is dedicated to {dedicatee}.
The composer dedicated it to {dedicatee}.
The score bears a dedication to {dedicatee}.
It was dedicated to {dedicatee}.
[opera.size]
{S} has {size} acts.
It consists of {size} acts.
It is divided into {size} acts.

[inst.intro]
{N} is a {kind} in {town}.
{N} is a {kind} situated in the town of {town}.
Situated in {town}, {N} is a well-known {kind}.
The {kind} known as {N} is in {town}.
In {town} stands {N}, a {kind}.
{N}, a {kind}, is one of the sights of {town}.
[inst.founder]
{S} was founded in {founded} by {founder}.
Founded by {founder} in {founded}, it was at first a private house.
{Founder} founded it in {founded}.
It owes its foundation in {founded} to {founder}.
Its founder was {founder}, who opened it in {founded}.
It was established in {founded} by {founder}.
[inst.foundertown]
The {kind} known as {N} was founded in {founded} by {founder} in {town}.
{N} is a {kind} in {town} that was founded by {founder} in {founded}.
Founded in {founded} by {founder}, {N} is a {kind} in {town}.
{N} is a {kind} in the town of {town}, established in {founded} by {founder}.
{Founder} founded {N}, a {kind} in {town}, in {founded}.
In {founded} {founder} founded {N}, a {kind} in {town}.
[inst.moved]
{S} moved into its present building in {moved}.
In {moved} a fire damaged the east wing.
The present building dates from {moved}.
A new wing was added in {moved}.
[museum.holdings]
Its collection comprises {holdings} objects.
{S} has {holdings} objects in its collection.
The collection consists of {holdings} objects.
It holds {holdings} objects.
[library.holdings]
{S} holds {holdings} volumes.
Its stock amounts to {holdings} volumes.
There are {holdings} volumes on its shelves.
It has a collection of {holdings} volumes.
[theatre.holdings]
{S} has {holdings} seats.
Its hall has {holdings} seats.
There are {holdings} seats in the house.
It was enlarged to {holdings} seats.
[university.holdings]
{S} has {holdings} students.
It is attended by {holdings} students.
There are {holdings} students.
Its students number {holdings}.

[museum.treasure]
Among its pictures is {treasure}.
Visitors come above all for {treasure}.
[library.treasure]
Its treasures include the manuscript of {treasure}.
It preserves the manuscript of {treasure}.
[theatre.treasure]
{Treasure} had its premiere here.
It staged the premiere of {treasure}.
[university.treasure]
{Treasure} was one of its students.
Among its former students is {treasure}.

[festival.intro]
In {month} of every year {N} takes place in {town}.
{N} is a festival held every {month} in {town}.
{N} is held in {town} every {month}.
Every {month} the town of {town} holds {N}.
{Town} is the home of {N}, which takes place in {month}.
{N} takes place each {month} in {town}.
[festival.first]
Since its foundation by {founder} in {first}, it has grown steadily.
{S} was first held in {first} and was founded by {founder}.
Founded by {founder}, it was held for the first time in {first}.
It was {founder} who founded it, in {first}.
{Founder} founded it in {first}.
Its founder was {founder}, who held it for the first time in {first}.
[festival.honours]
The memory of {honours} is honoured by it.
It is held in honour of {honours}.
{S} honours the memory of {honours}.
The person honoured is {honours}.
{Honours} is honoured by a procession on the last day.
It commemorates {honours}.
[festival.crowd]
About {crowd} visitors attend in a good year.
{S} attracts {crowd} visitors.
In most years there are {crowd} visitors.
[festival.gap]
{S} was suspended from {gap} to {gapend}.
Between {gap} and {gapend} it was not held.
It was banned in {gap} and revived in {gapend}.

[ship.intro]
In {launched} {N}, a steamer, was launched in {yard}, where it had been built.
{N} was a steamer built in {yard} and launched in {launched}.
{N} was a steamer launched in {launched} at {yard}.
Built in {yard}, the steamer {N} was launched in {launched}.
Launched in {launched}, {N} was a steamer built in {yard}.
{N} was a steamer that was built in {yard} and launched in {launched}.
[ship.captain]
The command was first given to {captain}.
Its first captain was {captain}.
{S} was first commanded by {captain}.
{Captain} was its first captain.
The first captain of the steamer was {captain}.
On its maiden voyage it was under the command of {captain}.
[ship.size]
{S} was {length} long and carried {cap} passengers.
With a length of {length}, it carried {cap} passengers.
It carried {cap} passengers and, after a refit in {refit}, had a length of {length}.
{Its} length was {length}, and there was room for {cap} passengers.
[ship.service]
Until its last voyage on {last} it carried passengers on {lake}.
{S} served on {lake} until {last}.
It sailed on {lake}, where it made its last voyage on {last}.
It carried passengers on {lake} and was withdrawn on {last}.
On {last} it was withdrawn from service on {lake}.
All its service was on {lake}, where it was laid up on {last}.

[battle.intro]
Near {town}, on {date}, {N} was fought as part of {war}.
{N} was fought on {date} near {town} during {war}.
{N} was a battle of {war}, fought near {town} on {date}.
Fought on {date} near the town of {town}, {N} was part of {war}.
{N} took place near {town} on {date}, during {war}.
During {war}, {N} was fought near {town} on {date}.
[battle.commanders]
The victorious army was commanded by {victor}, the defeated one by {loser}.
{Victor} defeated the army of {loser}.
The army of {loser} was defeated by that of {victor}.
{Victor} won the battle against {loser}.
It was won by {victor}, and the losing commander was {loser}.
It ended in the defeat of {loser} by {victor}.
[battle.dead]
It cost {dead} lives.
About {dead} soldiers were killed.
The number of dead was {dead}.
{Dead} men were killed on both sides together.
[battle.memorial]
A memorial was put up on the field in {memorial}.
A chapel has marked the place since {memorial}.
The field has had a memorial since {memorial}.

[province.intro]
{Capital} is the capital of {N}, a province that covers {area}.
{N}, a province of {area}, has its capital at {capital}.
{N} is a province with an area of {area}, whose capital is {capital}.
{N} is a province that covers {area}; its capital is {capital}.
{N} is a province bordering on {border}; it covers {area}, and {capital} is its capital.
With an area of {area}, {N} is a province with its capital at {capital}.
The province of {N}, whose capital is {capital}, covers {area}.
[province.created]
It was formed of {districts} districts and created in {created}.
Since its creation in {created} it has been divided into {districts} districts.
{S} was created in {created} and is divided into {districts} districts.
Created in {created}, it has {districts} districts.
It consists of {districts} districts and was created in {created}.
[province.oldcap]
Before {capyear}, when it was moved, the capital was {oldcap}.
Its former capital is {oldcap}, which lost that rank in {capyear}.
Until {capyear} the capital was {oldcap}.
The former capital, until {capyear}, was {oldcap}.
In {capyear} it ceased to be governed from {oldcap}, its former capital.
{Oldcap} was its capital until {capyear}.
[province.member]
Among its towns is {member}.
{Member} is one of its towns.
[province.peak]
Among its mountains, {peak} is the highest.
Its highest mountain is {peak}.
The highest mountain of the province is {peak}.
{Peak} is its highest mountain.
No mountain in the province is higher than {peak}.
"""

# Descriptions of a second entity through a first one {x}: noun phrases and, after ">",
# statements that introduce it.  The word after "=" takes the statement up again.
MAIN_INNER = """
[bridge.architect] = architect
the architect of {x}
the architect who designed {x}
the person who designed {x}
the designer of {x}
the person by whom {x} was designed
the person to whose plans {x} was built
the architect responsible for the design of {x}
> {X} was designed by an architect
> {X} was built to plans by an architect
[bridge.river] = river
the river that is crossed by means of {x}
the river crossed by {x}
the river that {x} crosses
the river spanned by {x}
the river over which {x} leads
the river that flows beneath {x}
the river across which {x} was built
> {X} crosses a river
> {X} spans a river
[bridge.town] = town
the town whose main road leads across {x}
the town where {x} stands
the town in which {x} is found
the town that is home to {x}
the town in which {x} was built
the town where one can walk across {x}
> {X} stands in a town
> {X} was built in a town
[painting.creator] = painter
the painter of {x}
the artist who painted {x}
the person who painted {x}
the painter by whom {x} was completed
the artist behind {x}
the creator of the painting {x}
> {X} was painted by an artist
> {X} is a painting by an artist
[novel.creator] = author
the author of {x}
the writer of {x}
the novelist who wrote {x}
the person who wrote {x}
the author by whom {x} was written
the author of the novel {x}
> {X} was written by a novelist
> {X} is a novel by an author
[opera.creator] = composer
the composer of {x}
the person who composed {x}
the composer who wrote the music of {x}
the composer of the opera {x}
the person by whom {x} was composed
> {X} was composed by a person
> {X} is an opera by a composer
[painting.venue] = museum
the museum by which {x} was acquired
the museum where {x} hangs
the museum that holds {x}
the museum to whose collection {x} belongs
the museum in which {x} is kept
the museum that acquired {x}
> {X} hangs in a museum
> {X} belongs to a museum
[novel.venue] = library
the library in which the manuscript of {x} is preserved
the library that holds the manuscript of {x}
the library where the manuscript of {x} is kept
the library to which the manuscript of {x} belongs
the library that acquired the manuscript of {x}
> The manuscript of {x} is kept in a library
> The manuscript of {x} belongs to a library
[opera.venue] = theatre
the theatre that first staged {x}
the theatre where {x} was first performed
the theatre that staged the premiere of {x}
the theatre at which {x} had its premiere
the theatre in which the premiere of {x} took place
> {X} was first performed at a theatre
> {X} had its premiere at a theatre
[painting.setting:town] = town
the town depicted in {x}
the town that {x} depicts
the town shown in the painting {x}
> {X} depicts a town
[novel.setting:town] = town
the town where {x} is set
the town around which the story of {x} unfolds
> {X} is set in or near a town
[opera.setting:town] = town
the town where the action of {x} is set
the town that provides the setting of {x}
> {X} is set in or near a town
[painting.setting:lake] = lake
the lake depicted in {x}
the lake that {x} depicts
> {X} depicts a lake
[novel.setting:lake] = lake
the lake around which {x} is set
the lake near which the story of {x} takes place
> {X} is set near a lake
[opera.setting:lake] = lake
the lake near which the action of {x} takes place
the lake that provides the setting of {x}
> {X} is set near a lake
[painting.setting:mountain] = mountain
the mountain depicted in {x}
the mountain that {x} depicts
> {X} depicts a mountain
[novel.setting:mountain] = mountain
the mountain around which {x} is set
the mountain near which the story of {x} takes place
> {X} is set near a mountain
[opera.setting:mountain] = mountain
the mountain near which {x} is set
the mountain that provides the setting of {x}
> {X} is set near a mountain
[work.dedicatee] = person
the person to whom {x} is dedicated
the person to whom {x} was dedicated
the dedicatee of {x}
the one who received the dedication of {x}
the person named in the dedication of {x}
> {X} was dedicated to a person
> {X} bears a dedication to a person
[person.bplace] = town
the town of which {x} was a native
the town where {x} was born
the birthplace of {x}
the town in which {x} was born
the native town of {x}
the town of the birth of {x}
> {X} was born in a town
> {X} was a native of a town
[person.dplace] = town
the town where the death of {x} took place
the town where {x} died
the town in which {x} died
the place of death of {x}
the town of the death of {x}
the town in which the life of {x} ended
> {X} died in a town
> The death of {x} took place in a town
[person.teacher] = teacher
the person from whom {x} learned the profession
the teacher of {x}
the person who taught {x}
the person under whom {x} studied
the person of whom {x} was a pupil
the person by whom {x} was taught
> {X} was a pupil of a person
> {X} studied under a teacher
[person.spouse] = person
the person who became the spouse of {x}
the spouse of {x}
the person whom {x} married
the person to whom {x} was married
the person {x} was married to
the person who married {x}
> {X} was married to a person
> {X} married a person
[person.school] = university
the university of which {x} was a student
the university that educated {x}
the university attended by {x}
the university where {x} studied
the university at which {x} was educated
the university where {x} was a student
> {X} studied at a university
> {X} was educated at a university
[town.river] = river
the river flowing through {x}
the river beside which {x} was built
the river on which {x} lies
the river that flows through {x}
the river on whose banks {x} stands
the river on which {x} is situated
> {X} lies on a river
> {X} is situated on the banks of a river
[town.lake] = lake
the lake on whose shore {x} lies
the lake on which {x} is situated
the lake beside which {x} stands
> {X} lies on the shore of a lake
[town.province] = province
the province that includes {x}
the province in which {x} lies
the province to which {x} belongs
the province where {x} is situated
> {X} is situated in a province
[mountain.province] = province
the province that includes {x}
the province in which {x} rises
the province where {x} stands
the province to which {x} belongs
> {X} rises in a province
[lake.province] = province
the province in which {x} lies
the province where {x} is found
> {X} is situated in a province
[river.source] = mountain
the mountain that holds the source of {x}
the mountain on which {x} rises
the mountain where {x} has its source
the mountain from whose slopes {x} flows
the mountain that is the source of {x}
> {X} rises on a mountain
> {X} has its source on a mountain
[river.mouth:lake] = lake
the lake at which {x} has its mouth
the lake into which {x} flows
the lake that receives the waters of {x}
the lake in which {x} ends
> {X} flows into a lake
[river.mouth:river] = river
the river that {x} flows into
the river into which {x} flows
the river that receives the waters of {x}
the river of which {x} is a tributary
> {X} flows into a larger river
> {X} is a tributary of a longer river
[mountain.ascender] = climber
the one by whom {x} was first climbed
the first person to climb {x}
the person who made the first ascent of {x}
the person who first climbed {x}
the first person to reach the summit of {x}
the climber who was first on the summit of {x}
> {X} was first climbed by a person
> The first ascent of {x} was made by a person
[inst.founder] = founder
the one whose foundation {x} is
the founder of {x}
the person who founded {x}
the person by whom {x} was founded
the person to whom {x} owes its foundation
the person who established {x}
> {X} was founded by a person
> {X} owes its foundation to a person
[inst.town] = town
the town where {x} has its home
the town in which {x} stands
the town where {x} is situated
the town that is home to {x}
the town in which {x} is found
the town where one can visit {x}
> {X} is situated in a town
[festival.town] = town
the town where visitors attend {x}
the town where {x} is held
the town that holds {x}
the town in which {x} takes place
the home town of {x}
> {X} is held in a town
> {X} takes place in a town
[festival.founder] = founder
the person who first held {x}
the founder to whom {x} is owed
the founder of {x}
the person who founded {x}
the person by whom {x} was founded
> {X} was founded by a person
[festival.honours] = person
the person to whose memory {x} is devoted
the person honoured by {x}
the person in whose honour {x} is held
the person whom {x} commemorates
the person whose memory is honoured by {x}
> {X} is held in honour of a person
> {X} commemorates a person
[ship.captain] = captain
the person who had the first command of {x}
the first captain of {x}
the person who first commanded {x}
the person who was the first to command {x}
the captain who first commanded {x}
> {X} was first commanded by a captain
> {X} had as its first captain a person
[ship.yard] = town
the town that built {x}
the town from which {x} was launched
the town where {x} was built
the town in which {x} was launched
the town in which {x} was built
> {X} was built in a town
[ship.lake] = lake
the lake that {x} sailed on
the lake on which {x} served
the lake on which {x} sailed
the lake on which {x} carried passengers
> {X} served on a lake
[battle.victor] = commander
the general who won {x}
the winner of {x}
the commander who won {x}
the person who commanded the victorious army at {x}
the victor of {x}
> {X} was won by a general
[battle.loser] = commander
the loser of {x}
the commander defeated at {x}
the general who lost {x}
the person whose army was defeated at {x}
the losing commander at {x}
> {X} was lost by a general
[battle.town] = town
the nearest town to the place where {x} was fought
the town near which {x} was fought
the town near which {x} took place
the town closest to the field of {x}
> {X} was fought near a town
[province.capital] = town
the town that serves {x} as capital
the capital of {x}
the town that is the capital of {x}
the town from which {x} is governed
> {X} has as its capital a town
[province.peak] = mountain
the highest mountain of {x}
the highest mountain in {x}
> {X} has as its highest point a mountain
"""

# Questions about an entity described by {np}; after ">" as a relative clause.
MAIN_OUTER = """
[person.byear]
The birth of {np} took place in which year?
In which year was {np} born?
In what year was {np} born?
What is the year of birth of {np}?
{Np} was born in which year?
Which year saw the birth of {np}?
What was the birth year of {np}?
> who was born in which year?
[person.bdate]
On what date was {np} born?
What is the date of birth of {np}?
When was {np} born, to the day?
On which day, month and year was {np} born?
What is the full birth date of {np}?
{Np} was born on what date?
> who was born on what date?
[person.dyear]
The death of {np} took place in which year?
In which year did {np} die?
In what year did {np} die?
What was the year of death of {np}?
Which year saw the death of {np}?
{Np} died in which year?
> who died in which year?
[person.ddate]
On what date did {np} die?
What is the date of death of {np}?
On which day, month and year did {np} die?
What is the exact date of the death of {np}?
{Np} died on what date?
> who died on what date?
[person.bplace]
From which town did {np} come?
In which town was {np} born?
Where was {np} born?
What was the birthplace of {np}?
Which town was the birthplace of {np}?
What is the name of the town where {np} was born?
{Np} was a native of which town?
> who was born in which town?
[person.dplace]
The death of {np} took place in which town?
In which town did {np} die?
Where did {np} die?
What was the place of death of {np}?
Which town was the place where {np} died?
What is the name of the town in which {np} died?
> who died in which town?
[person.occ]
{Np} had what profession?
What was the profession of {np}?
What was the occupation of {np}?
Which profession did {np} practise?
What did {np} do for a living?
By profession, what was {np}?
> whose occupation was what?
[person.teacher]
By whom was {np} taught?
Who taught {np}?
Under whom did {np} study?
Who was the teacher of {np}?
{Np} was a pupil of whom?
Whose pupil was {np}?
> who was taught by whom?
[person.spouse]
{Np} was married to whom?
Whom did {np} marry?
Who was the spouse of {np}?
To whom was {np} married?
Who was married to {np}?
> who was married to whom?
[person.school]
{Np} was a student at which university?
Which university did {np} attend?
At which university did {np} study?
Where was {np} educated?
What is the name of the university attended by {np}?
> who was educated at which university?
[town.pop2]
What was the 1936 population of {np}?
How many inhabitants did {np} have in 1936?
According to the census of 1936, what was the population of {np}?
In 1936, how many people lived in {np}?
What population did the census of 1936 record for {np}?
> which had what population in 1936?
[town.pop1]
What was the 1886 population of {np}?
How many inhabitants did {np} have in 1886?
According to the census of 1886, how many inhabitants were there in {np}?
In 1886, what was the population of {np}?
> which had how many inhabitants in 1886?
[town.founded]
In what year was the foundation of {np}?
In which year was {np} founded?
When was {np} founded?
What is the year of foundation of {np}?
The foundation of {np} dates from which year?
> which was founded in what year?
[town.rail]
In which year was {np} connected to the railway?
When did the railway arrive in {np}?
In what year did {np} get its railway station?
Since which year has {np} had a railway station?
> which the railway reached in which year?
[town.elev]
What elevation does {np} have?
{Np} lies at what elevation?
At what elevation does {np} lie?
How high above sea level is {np}?
What is the elevation of {np}?
> which lies at what elevation?
[town.river]
{Np} lies on which river?
On which river does {np} lie?
Which river flows through {np}?
On the banks of which river is {np} situated?
What is the name of the river on which {np} stands?
> which lies on which river?
[town.lake]
On the shore of which lake does {np} lie?
On which lake is {np} situated?
> which lies on the shore of which lake?
[town.province]
{Np} belongs to which province?
In which province is {np}?
To which province does {np} belong?
Of which province is {np} part?
In what province does {np} lie?
> in which province?
[town.product]
{Np} is known for which product?
For which product is {np} known?
What product is {np} known for?
What is the best-known product of {np}?
Which product made {np} known?
> which is known for what product?
[river.length]
{Np} is how long?
How long is {np}?
What is the length of {np}?
What length does {np} have?
What is the total length of {np}?
> with what length?
> that is how long?
[river.source]
The source of {np} lies on which mountain?
On which mountain does {np} rise?
Where does {np} rise?
Which mountain is the source of {np}?
On which mountain does {np} have its source?
> that rises on which mountain?
[river.mouth]
{Np} flows into which body of water?
Into what does {np} flow?
Into which body of water does {np} flow?
What receives the waters of {np}?
Where is the mouth of {np}?
> that flows into which body of water?
[lake.area]
What is the area covered by {np}?
What is the surface area of {np}?
How large is {np}?
What area does {np} cover?
> that covers what area?
[lake.depth]
To what depth does {np} go down?
How deep is {np}?
What is the maximum depth of {np}?
What depth does {np} reach?
> with what maximum depth?
[lake.island]
Which is the largest of the islands of {np}?
What is the largest island of {np}?
What is the name of the largest island in {np}?
Which island is the largest in {np}?
> whose largest island is called what?
[mountain.height]
What height does {np} have?
How high is {np}?
What is the height of {np}?
To what height does {np} rise?
> that is how high?
[mountain.adate]
On which day, month and year was {np} first climbed?
On what date was {np} first climbed?
When was the first ascent of {np} made?
What is the date of the first ascent of {np}?
On what date was the summit of {np} first reached?
> that was first climbed on what date?
[mountain.ascender]
Which person was the first to stand on the summit of {np}?
Who made the first ascent of {np}?
Who was the first person to climb {np}?
By whom was {np} first climbed?
Who first reached the summit of {np}?
> that was first climbed by whom?
[inst.founder]
{Np} was founded by whom?
Who founded {np}?
By whom was {np} founded?
Who was the founder of {np}?
To whom does {np} owe its foundation?
> founded by whom?
[inst.founded]
The foundation of {np} dates from which year?
In which year was {np} founded?
When was {np} founded?
In what year was {np} established?
What is the year of foundation of {np}?
> founded in which year?
[inst.town]
{Np} is found in which town?
In which town is {np}?
Where is {np} situated?
In what town can {np} be found?
Which town is home to {np}?
> situated in which town?
[museum.holdings]
How many objects does the collection of {np} comprise?
How many objects are there in the collection of {np}?
How many objects does {np} hold?
> whose collection comprises how many objects?
[library.holdings]
What is the number of volumes held by {np}?
How many volumes does {np} hold?
How many volumes are there in {np}?
> that holds how many volumes?
[theatre.holdings]
What is the number of seats in {np}?
How many seats does {np} have?
How many seats are there in {np}?
> with how many seats?
[university.holdings]
What is the number of students at {np}?
How many students does {np} have?
How many students attend {np}?
> with how many students?
[province.capital]
Which town serves {np} as its capital?
What is the capital of {np}?
Which town is the capital of {np}?
> whose capital is which town?
[province.area]
{Np} covers what area?
What is the area of {np}?
How large is {np}?
What area does {np} cover?
> with what area?
[province.created]
In what year did the creation of {np} take place?
In which year was {np} created?
When was {np} created?
> that was created in which year?
[province.oldcap]
Until its loss of that rank, which town was the capital of {np}?
What was the former capital of {np}?
Which town was formerly the capital of {np}?
> whose former capital was which town?
[province.districts]
What is the number of districts in {np}?
How many districts does {np} have?
Into how many districts is {np} divided?
> divided into how many districts?
[province.peak]
What is the highest mountain of {np}?
Which mountain is the highest in {np}?
> whose highest mountain is which?
[bridge.architect]
Who designed {np}?
Who was the architect of {np}?
[bridge.opened]
In which year was {np} opened?
When was {np} opened?
[bridge.town]
In which town is {np}?
In what town does {np} stand?
[ship.captain]
Who was the first captain of {np}?
By whom was {np} first commanded?
[ship.yard]
In which town was {np} built?
Where was {np} built?
[festival.town]
In which town is {np} held?
Where is {np} held?
[work.creator]
Who created {np}?
Who is the creator of {np}?
[work.year]
In which year was {np} completed or published?
From which year is {np}?
"""

# The greater or lesser of two, as a noun phrase.
MAIN_BEST = """
[person.bdate.min]
the elder of {a} and {b}
[person.bdate.max]
the younger of {a} and {b}
[person.ddate.min]
the one of {a} and {b} who died earlier
[river.length.max]
the longer of {a} and {b}
the longer one of {a} and {b}
[river.length.min]
the shorter of {a} and {b}
the shorter one of {a} and {b}
[lake.depth.max]
the deeper of {a} and {b}
the deeper of the two lakes {a} and {b}
[lake.area.max]
the larger of the lakes {a} and {b}
the one of the lakes {a} and {b} with the larger surface
[mountain.height.max]
the higher of {a} and {b}
the higher of the two mountains {a} and {b}
[mountain.adate.min]
the one of {a} and {b} that was climbed first
[town.pop2.max]
the one of {a} and {b} with more inhabitants in 1936
the more populous, in 1936, of the towns {a} and {b}
[town.founded.min]
the older of the towns {a} and {b}
the older of {a} and {b}
[inst.founded.min]
the older of {a} and {b}
the older one of {a} and {b}
[bridge.opened.min]
the older of {a} and {b}
the older one of {a} and {b}
[bridge.length.max]
the longer of {a} and {b}
the longer one of {a} and {b}
[ship.launched.min]
the older of {a} and {b}
the older one of {a} and {b}
[ship.length.max]
the longer one of {a} and {b}
the longer of {a} and {b}
[festival.first.min]
the older of {a} and {b}
the older one of {a} and {b}
[battle.date.min]
the earlier of {a} and {b}
[work.year.min]
the earlier of {a} and {b}
the older of the works {a} and {b}
"""

MAIN_WHICH = """
[person.bdate.min]
Who was born first, {a} or {b}?
Who is older, {a} or {b}?
Of {a} and {b}, who was born earlier?
Which person was born first, {a} or {b}?
[person.bdate.max]
Who was born later, {a} or {b}?
Who is younger, {a} or {b}?
[person.ddate.min]
Who died first, {a} or {b}?
Of {a} and {b}, who died earlier?
[river.length.max]
Which is longer, {a} or {b}?
Which river is longer, {a} or {b}?
Of {a} and {b}, which has the greater length?
[river.length.min]
Which is shorter, {a} or {b}?
Which river has the smaller length, {a} or {b}?
[lake.depth.max]
Which is deeper, {a} or {b}?
Of {a} and {b}, which has the greater depth?
[lake.area.max]
Which lake is larger in area, {a} or {b}?
Which has the larger surface area, {a} or {b}?
[mountain.height.max]
Which is higher, {a} or {b}?
Which mountain has the greater height, {a} or {b}?
[mountain.adate.min]
Which mountain was climbed first, {a} or {b}?
Of {a} and {b}, which was climbed earlier?
[town.pop2.max]
Which town had the larger population in 1936, {a} or {b}?
In 1936, which had more inhabitants, {a} or {b}?
[town.founded.min]
Which town was founded first, {a} or {b}?
Which town is older, {a} or {b}?
[inst.founded.min]
Which was founded first, {a} or {b}?
Which institution is older, {a} or {b}?
[bridge.opened.min]
Which bridge was opened first, {a} or {b}?
Of {a} and {b}, which was opened earlier?
[bridge.length.max]
Which bridge is longer, {a} or {b}?
Which has the greater length, {a} or {b}?
[ship.launched.min]
Which ship was launched first, {a} or {b}?
Which was launched earlier, {a} or {b}?
[ship.length.max]
Which ship was longer, {a} or {b}?
Which had the greater length, {a} or {b}?
[festival.first.min]
Which festival was held first, {a} or {b}?
Which festival is older, {a} or {b}?
[battle.date.min]
Which battle was fought first, {a} or {b}?
Which took place earlier, {a} or {b}?
[work.year.min]
Which is the earlier work, {a} or {b}?
Which was created first, {a} or {b}?
"""

MAIN_YESNO = """
[same.town.province]
Are {a} and {b} in the same province?
Do {a} and {b} belong to the same province?
[same.lake.province]
Are {a} and {b} situated in the same province?
Do {a} and {b} lie in the same province?
[same.mountain.province]
Do {a} and {b} rise in the same province?
Are {a} and {b} both in the same province?
[both.town.province]
Are {a} and {b} both in the province of {c}?
Do both {a} and {b} belong to {c}?
[both.mountain.province]
Are {a} and {b} both mountains of {c}?
Do both {a} and {b} rise in {c}?
[both.person.bplace]
Were {a} and {b} both born in {c}?
[same.person.occ]
Did {a} and {b} have the same profession?
Were {a} and {b} of the same profession?
[same.person.bplace]
Were {a} and {b} born in the same town?
[same.person.dplace]
Did {a} and {b} die in the same town?
[same.bridge.river]
Do {a} and {b} cross the same river?
Are {a} and {b} built across the same river?
[same.work.creator]
Are {a} and {b} by the same person?
Do {a} and {b} have the same creator?
[less.person.bdate]
Was {a} born before {b}?
Is {a} older than {b}?
[less.bridge.opened]
Was {a} opened before {b}?
[less.work.year]
Was {a} completed or published before {b}?
[more.river.length]
Is {a} longer than {b}?
[more.mountain.height]
Is {a} higher than {b}?
[more.lake.depth]
Is {a} deeper than {b}?
[more.town.pop2]
Did {a} have more inhabitants than {b} in 1936?
"""

MAIN_SHARED = """
[person.occ]
Which profession did {a} and {b} share?
What was the profession of both {a} and {b}?
[person.bplace]
In which town were both {a} and {b} born?
[person.dplace]
In which town did both {a} and {b} die?
[bridge.river]
Which river is crossed by both {a} and {b}?
[town.province]
In which province are both {a} and {b}?
Which province contains both {a} and {b}?
[mountain.province]
In which province do both {a} and {b} rise?
[lake.province]
In which province do both {a} and {b} lie?
[work.creator]
Who created both {a} and {b}?
{A} and {b} are both works by whom?
[bridge.architect]
Who designed both {a} and {b}?
[ship.captain]
Who was the first captain of both {a} and {b}?
"""

# Which thing {k} stands to a person {d} in this relation?
MAIN_REVERSE = """
[bridge.architect]
Which bridge was designed by {d}?
What is the name of the bridge designed by {d}?
[painting.creator]
Which painting is by {d}?
What is the title of the painting by {d}?
[novel.creator]
Which novel was written by {d}?
What is the title of the novel by {d}?
[opera.creator]
Which opera was composed by {d}?
[mountain.ascender]
Which mountain was first climbed by {d}?
[inst.founder]
Which {k} was founded by {d}?
[ship.captain]
Which steamer had as its first captain {d}?
[festival.honours]
Which festival is held in honour of {d}?
[museum.town]
Which museum is situated in {d}?
[bridge.town]
Which bridge stands in {d}?
[festival.town]
Which festival is held in {d}?
[battle.town]
Which battle was fought near {d}?
"""
MAIN_PERSON = """
[occ bplace byear]
{a_occ} born in {bplace} in {byear}
{a_occ} who was born in {byear} in {bplace}
[occ dplace dyear]
{a_occ} who died in {dplace} in {dyear}
[occ teacher bplace]
{a_occ} from {bplace} who was a pupil of {teacher}
[bdate]
the person who was born on {bdate}
[ddate]
the person who died on {ddate}
"""
MAIN_TOWN = """
[alias]
the town also known as {alias}
[founded product]
the town that was founded in {founded} and is known for its {product}
[pop2]
the town that had {pop2} inhabitants in 1936
"""
# Who did {v}?  Both paragraphs describe the person asked for.
MAIN_JOIN = """
[occ bplace]
Which {occ} from {bplace} {v}?
Which {occ} born in {bplace} {v}?
Who, born in {bplace} and {a_occ} by profession, {v}?
[byear bplace]
Who was born in {bplace} in {byear} and {v}?
[dplace]
Which person who died in {dplace} {v}?
[teacher]
Which pupil of {teacher} {v}?
[spouse]
Who was married to {spouse} and {v}?
"""
MAIN_VERB = """
[bridge.architect]
designed {x}
[painting.creator]
painted {x}
[novel.creator]
wrote {x}
[opera.creator]
composed {x}
[mountain.ascender]
was the first to climb {x}
[inst.founder]
founded {x}
[festival.founder]
founded {x}
[battle.victor]
won {x}
[battle.loser]
was defeated at {x}
[ship.captain]
was the first captain of {x}
"""


# The second set of phrasings.

ALT_LAYOUTS = {
    "person": ["occ {birth school teacher home spouse known} end", "birth2 {school teacher home spouse known} end",
               "end2 birth {school teacher home spouse known}"],
    "town": ["where {age people rails goods alias sights sight native}"],
    "river": ["name {reach run bank crossing alias}"],
    "lake": ["name {plumb isle steamer feeder alias}"],
    "mountain": ["name {conquest attempt hut spring alias}"],
    "bridge": ["name where {plans measure repair alias}", "plans2 where {measure repair alias}"],
    "painting": ["name {scene home gift size}"],
    "novel": ["name {scene home gift size}"],
    "opera": ["name {scene home gift size}"],
    "inst": ["name {origin later stock treasure}"],
    "festival": ["name {origin homage crowd gap}"],
    "ship": ["name {master measure duty}"],
    "battle": ["name sides {toll stone}"],
    "province": ["name {since seat summit member}"],
}

ALT_PASSAGES = """
[person.occ]
Those who worked as {a_occ} in those years knew the name of {N} well.
Few of those who took up the calling of {occ} left as many letters as {N}.
By calling {N} was {a_occ}.
The biographical dictionaries list {N} under the heading "{occ}".
"Simply {a_occ}" is how {N} signed letters to strangers.
[person.birth]
{His} cradle stood in {bplace}, and the parish book gives {bdate} as the day {s} came into the world.
The family, that of a {parent}, lived in {bplace} when the child came into the world on {bdate}.
On {bdate} {s} had come into the world at {bplace}.
{S} first saw the light of day on {bdate}, at {bplace}.
As for origins, {bplace} and {bdate} are the place and day of birth.
[person.birth2]
On {bdate}, in the house of a {parent} at {bplace}, {N} came into the world, later to earn a living as {a_occ}.
The parish book of {bplace} records for {bdate} the baptism and birth of {N}, in later life {a_occ}.
At {bplace}, on {bdate}, {N} first saw the light of day; the trade of {occ} came later.
{Bplace} claims {N}, {a_occ}, as its own, the birth having taken place there on {bdate}.
[person.end]
Death came on {ddate}, at {dplace}.
{His} life ended at {dplace} on {ddate}.
{S} passed away at {dplace}; the gravestone bears the date {ddate}.
A fever carried {him} off on {ddate}, during a winter at {dplace}.
The end came at {dplace}, where {s} passed away on {ddate}.
[person.end2]
When {N} passed away at {dplace} on {ddate}, the newspapers wrote of the loss of {a_occ}.
At {dplace}, on {ddate}, the life of {N}, by trade {a_occ}, came to its end.
A grave at {dplace} holds the remains of {N}, {a_occ}, whose life ended there on {ddate}.
[person.teacher]
The craft was passed on to {him} by {teacher}.
For instruction {s} went to {teacher}.
It was {teacher} from whom {s} received lessons.
Lessons with {teacher} shaped {his} early years.
In {teacher} {s} found a master and tutor.
[person.school]
A place at {school} was found for {him} at eighteen.
{School} counted {him} among its undergraduates.
Lectures at {school} took up four years of {his} youth.
{S} enrolled at {school} at an early age.
The matriculation roll of {school} contains {his} name.
[person.home]
An address at {home} is attested for the years {hy1}–{hy2}.
{Home} was where {s} rented rooms, {hy1} to {hy2}.
Letters written between {hy1} and {hy2} come from {home}.
[person.spouse]
The wedding to {spouse} followed in {wed}.
{Wed} brought the wedding with {spouse}.
A wedding in {wed} joined {him} and {spouse}.
{Spouse} exchanged vows with {him} in {wed}.
[person.known]
Posterity thinks first of {known} when the name is mentioned.
What has lasted of {his} labours is {known}.
No account of {him} leaves out {known}.

[town.where]
Administratively part of {province}, {N} spreads along {river}.
{River} passes below the walls of {N}, whose taxes go to the authorities of {province}.
The quays of {N} line {river}; on the map of provinces one looks for them under {province}.
{Province} counts {N} among its municipalities, and {river} drives the mills there.
Administratively part of {province}, {N} looks out over {lake}.
{Lake} washes the harbour wall of {N}, whose taxes go to the authorities of {province}.
The jetties of {N} reach out into {lake}; on the map of provinces one looks for them under {province}.
{Province} counts {N} among its municipalities, and fishermen from there work {lake}.
[town.age]
Settlers first put up houses here in {founded}, and market rights came with {charter}.
Its origins go back to {founded}; the right to hold markets was bought in {charter}.
Market rights date from {charter}, its origins as a settlement from {founded}.
The year {founded} marks its beginnings, the year {charter} its first market.
[town.people]
Enumerators counted {pop1} residents in 1886, then {pop2} half a century later in 1936.
Residents numbered {pop2} in 1936 (1886: {pop1}).
Whereas 1886 found {pop1} residents here, 1936 found {pop2}.
Residents: {pop1} (1886), {pop2} (1936).
[town.goods]
Buyers come for {product}, as they once came for {oldprod}.
Today its reputation rests on {product}; that of its forefathers rested on {oldprod}.
Since the decline of {oldprod}, {product} has fed its families.
Its workshops turn out {product}, where formerly they turned out {oldprod}.
[town.rails]
Trains have called here since {rail}; the platform is {elev} above the sea.
The first train pulled in during {rail}, at an altitude of {elev}.
Altitude: {elev}; first train: {rail}.
Situated at an altitude of {elev}, {s} saw its first train in {rail}.
[town.sights]
Guidebooks recommend {sight} as well as {sight2}.
Strangers are shown {sight} and afterwards {sight2}.
[town.sight]
Guidebooks recommend {sight}.
Strangers are shown {sight} before anything else.
[town.native]
A plaque recalls that {native} grew up in its streets.
Its schoolchildren are told of {native}, a child of the place.
[town.alias]
People from elsewhere refer to it as {alias}.
In the speech of coachmen it went by the name of {alias}.
"{alias}" is what the songs make of it.

[river.name]
Maps of {province} have shown {N} since {charted}.
The course of {N} through {province} was put on paper in {charted}.
Surveyors at work in {province} drew {N} for the first time in {charted}.
The farmland of {province} depends on {N}, as maps of {charted} already show.
[river.run]
Springs high on {source} feed it, and in the end it joins {mouth}.
It begins as a brook on {source} and comes to its end in {mouth}.
{Source} gives birth to it; {mouth} swallows it up.
Where it joins {mouth}, little recalls the brook that sprang from {source}.
[river.reach]
Measured along all its bends, it runs for {length}; rain from {basin} gathers in it.
Rain from {basin} gathers along its {length} of bends.
From beginning to end one counts {length}, while the catchment takes in {basin}.
The catchment takes in {basin}, the run from end to end {length}.
[river.bank]
It passes the quays of {bank}.
Barges load at {bank}.
[river.crossing]
Carts get to the other side by {crossing}.
One gets to the other side by way of {crossing}.
[river.alias]
People living along it speak of {alias}.
Bargees prefer to say "{alias}".
[lake.name]
Some {area} of {province} lie under the waters of {N}.
The waters of {N} take up {area} of {province}.
{Province} has in {N} a body of water of {area}.
[lake.plumb]
The plumb line let down in {sounded} touched bottom at {depth}; the altitude is {elev}.
Bottom was touched at {depth} by the plumb line in {sounded}, the altitude of its waters being {elev}.
With its waters at an altitude of {elev}, it goes down to {depth} (plumbed in {sounded}).
[lake.isle]
No island in it exceeds {island} in size.
{Island} surpasses its other islands in size.
In size, {island} comes first among its islands.
[lake.steamer]
Older residents recall crossing it aboard {steamer}.
Photographs show {steamer} at its landing stage.
[lake.feeder]
It is fed by {feeder}, among others.
Much of its water is brought by {feeder}.
[lake.alias]
Rowers speak of {alias} when they mean it.
The dialect has {alias} for it.
[mountain.name]
Over the valleys of {province} towers {N}, whose summit is {height} above the sea.
Geographers give {height} for the summit of {N}, in the ranges of {province}.
{N} towers {height} above the sea, in the ranges of {province}.
The ranges of {province} include {N} with its {height}.
[mountain.conquest]
Nobody had stood on top before {ascender} got there on {adate}.
{Ascender}, on {adate}, was ahead of everyone else in conquering it.
Its conqueror, on {adate}, was {ascender}.
Conquered on {adate}, it owes its place in the chronicles to {ascender}.
[mountain.attempt]
Bad weather had beaten a rope team in {attempt}.
The rope team of {attempt} had come back frostbitten.
[mountain.hut]
A refuge was added at the tree line in {hut}.
Walkers have found shelter in a refuge since {hut}.
[mountain.spring]
The springs of {spring} are found on its flanks.
Meltwater from its flanks becomes {spring}.
[mountain.alias]
Herdsmen speak of {alias}.
In the dialect it goes by the name of {alias}.

[bridge.name]
Carts and walkers alike make use of {N}.
Postcards rarely leave out {N}.
Tolls were once taken on {N}.
[bridge.where]
{Town} built it, of {material}, to get its carts to the far side of {river}.
With it, {town} joins the two sides of {river}.
At {town} its piers of {material} stand in the waters of {river}.
It reaches from one side of {river} to the other within {town}.
[bridge.plans]
{Architect} drew it, and the first carts rolled over it in {opened}.
The first carts rolled over it in {opened}; the drawings are signed by {architect}.
{Architect} supplied the drawings, and {opened} saw the ribbon cut.
[bridge.plans2]
The drawings for {N}, signed by {architect}, were turned into a finished structure by {opened}.
{N} came from the drawing board of {architect}, and the ribbon was cut in {opened}.
When the ribbon was cut at {N} in {opened}, {architect}, who had drawn it, made a speech.
[bridge.measure]
From end to end one walks {length}, over {spans} spans.
Its {spans} spans add up to {length}.
One walks {length} from end to end; there are {spans} spans.
[bridge.repair]
New piers were put in during {rebuilt}.
The year {rebuilt} brought new piers and railings.
Ice carried off a pier in {rebuilt}.
[bridge.alias]
In the speech of the place it goes by the name of {alias}.
The locals prefer "{alias}".

[painting.name]
{Creator} finished "{N}" at the easel in {year}.
"{N}" left the easel of {creator} in {year}.
In {year} {creator} laid down the brush after finishing "{N}".
From the brush of {creator} comes "{N}" ({year}).
[painting.scene]
One recognises {setting} on the canvas.
What one sees is {setting}, with figures.
{Setting} can be recognised behind the figures.
[painting.home]
{Venue} has shown it to the public since {acq}.
Bought for the public in {acq}, it is on show at {venue}.
Its wall is now one at {venue}, where it arrived in {acq}.
[painting.gift]
An inscription on the back offers it to {dedicatee}.
"For {dedicatee}" is written on the back.
[painting.size]
From left to right one measures {size}.
The frame encloses {size} from side to side.
[novel.name]
{Creator} brought out "{N}", a story in prose, in {year}.
Booksellers first offered "{N}", a story in prose from the pen of {creator}, in {year}.
From the pen of {creator} comes "{N}" ({year}), a story in prose.
[novel.scene]
Its characters live their lives at {setting}.
The reader is taken to {setting}.
{Setting} serves as the backdrop.
[novel.home]
The pages in the author's hand rest at {venue}, a gift of {acq}.
{Venue} received the pages in the author's hand in {acq}.
Since {acq} scholars have consulted the handwritten pages at {venue}.
[novel.gift]
An opening page offers the book to {dedicatee}.
"For {dedicatee}" stands on an opening page.
[novel.size]
As first printed, it filled {size} leaves.
The printer needed {size} leaves for it.
[opera.name]
{Creator} set "{N}", a piece for the lyric stage, to music in {year}.
"{N}", a piece for the lyric stage, was set to music by {creator} in {year}.
The score of "{N}", a piece for the lyric stage, is by {creator} and bears the year {year}.
[opera.scene]
The scenery represents {setting}.
The curtain rises on {setting}.
{Setting} serves as the backdrop.
[opera.home]
The curtain went up on it for the first time in {acq}, at {venue}.
{Venue} was the house that gave it its first night, in {acq}.
First-night audiences heard it at {venue} in {acq}.
[opera.gift]
The title page offers it to {dedicatee}.
"For {dedicatee}" stands on the title page.
[opera.size]
The curtain falls {size} times.
An evening of it has {size} parts.

[museum.name]
Picture lovers who come to {town} ask for {N}.
{Town} possesses in {N} a public collection of art.
The art of five centuries can be seen at {town} in {N}.
[library.name]
Readers who come to {town} ask for {N}.
{Town} possesses in {N} a public collection of books.
Books from five centuries can be read at {town} in {N}.
[theatre.name]
Playgoers who come to {town} ask for {N}.
{Town} possesses in {N} a stage of its own.
The stage of {N} is the pride of {town}.
[university.name]
Young people who come to {town} mostly come for {N}.
{Town} possesses in {N} a seat of higher learning.
Higher learning has its seat at {town} in {N}.
[inst.origin]
It was called into being by {founder} in {founded}.
{Founder} called it into being; the deed was signed in {founded}.
The deed of {founded} that called it into being was signed by {founder}.
A gift of money from {founder} brought it into being in {founded}.
[inst.later]
Larger premises were found in {moved}.
The roof fell in during {moved} and was replaced.
[museum.stock]
Its catalogue lists {holdings} items.
The catalogue runs to {holdings} items.
[library.stock]
Its catalogue lists {holdings} books.
The catalogue runs to {holdings} books.
[theatre.stock]
An audience of {holdings} can be seated.
It can take an audience of {holdings}.
[university.stock]
Enrolment stands at {holdings}.
The enrolment figure is {holdings}.
[museum.treasure]
Crowds gather in front of "{treasure}".
Copyists set up their easels in front of "{treasure}".
[library.treasure]
Scholars come to it for the author's draft of "{treasure}".
A glass case shows the author's draft of "{treasure}".
[theatre.treasure]
Its annals mention the first night of "{treasure}".
Old playbills announce "{treasure}".
[university.treasure]
A bust of {treasure}, once enrolled here, adorns the hall.
{Treasure} was enrolled here in youth.

[festival.name]
When {month} comes round, the streets of {town} fill for {N}.
{N} fills the streets of {town} once a year, in {month}.
Once a year, in {month}, {town} celebrates {N}.
[festival.origin]
The custom was begun by {founder} in {first}.
{Founder} began the custom; the year was {first}.
It goes back to an idea of {founder}, first tried out in {first}.
[festival.homage]
Wreaths are laid in memory of {honours}.
The speeches pay homage to {honours}.
Homage is paid on the last evening to {honours}.
[festival.crowd]
Innkeepers reckon with {crowd} guests.
The police reckon with {crowd} onlookers.
[festival.gap]
The years {gap} to {gapend} passed without it.
War and want prevented it between {gap} and {gapend}.
[ship.name]
The slipway at {yard} gave {N} to the water in {launched}.
In {launched} {N} slid into the water from the slipway at {yard}.
The shipwrights of {yard} finished {N} in {launched}.
[ship.master]
At the helm, to begin with, stood {captain}.
{Captain} was the earliest of its masters.
Its masters began with {captain}.
[ship.measure]
It measured {length} from bow to stern and had berths and benches for {cap}.
From bow to stern it measured {length}; benches were provided for {cap}.
[ship.duty]
{Lake} was its home water until it was broken up on {last}.
It plied {lake} and hauled down its flag on {last}.
Until {last} one could meet it on the waters of {lake}.
[battle.name]
On {date}, in the course of {war}, two armies met close to {town}; history calls it {N}.
{N}, an episode of {war}, brought two armies to the outskirts of {town} on {date}.
The outskirts of {town} saw {N} on {date}, in the course of {war}.
[battle.sides]
{Victor} carried the day, and {loser} had to retreat.
The day belonged to {victor}, while {loser} had to retreat with what was left.
{Loser} had to retreat, leaving the day to {victor}.
[battle.toll]
The fallen numbered {dead}.
The chronicles put the fallen at {dead}.
[battle.stone]
An obelisk was raised there in {memorial}.
Since {memorial} an obelisk has recalled the day.
[province.name]
Governed from {capital}, {N} takes in {area}.
{Capital} is the seat of government of {N}, which takes in {area} and has {border} for a neighbour.
The governor of {N} resides at {capital} and rules over {area}.
[province.since]
A decree of {created} brought it into existence; today there are {districts} counties.
It came into existence in {created} and has {districts} counties today.
[province.seat]
The governor had resided at {oldcap} before moving in {capyear}.
Before {capyear} its governor resided at {oldcap}.
[province.member]
{Member} pays its taxes here.
Its registers include {member}.
[province.summit]
Nothing within its borders towers above {peak}.
{Peak} towers above everything else within its borders.
"""

ALT_INNER = """
[bridge.architect] = designer
the hand that drew {x}
whoever drew {x}
the draughtsman or draughtswoman of {x}
the one who supplied the drawings for {x}
> Someone supplied the drawings for {x}
[bridge.river] = river
the water that carts leave behind by using {x}
the river whose two sides {x} joins
the river bridged by {x}
> {X} joins the two sides of a river
[bridge.town] = town
the place that built {x}
the place possessing {x}
the place where carts roll over {x}
> A certain town possesses {x}
[painting.creator] = artist
the one whose brush produced {x}
whoever stood at the easel for {x}
the hand that put {x} on canvas
> Somebody's brush produced {x}
[novel.creator] = writer
the one whose pen produced {x}
whoever penned {x}
the teller of the story called {x}
> Somebody penned {x}
[opera.creator] = musician
the one who set {x} to music
whoever wrote the score of {x}
the musician to whom we owe {x}
> Somebody set {x} to music
[painting.venue] = collection
the collection showing {x} to the public
the place where the public can see {x}
> A certain collection shows {x} to the public
[novel.venue] = collection
the place where scholars consult the handwritten pages of {x}
the collection that has the handwritten pages of {x}
> A certain collection has the handwritten pages of {x}
[opera.venue] = house
the house that gave {x} its first night
the stage on which {x} had its first night
> {X} had its first night at a certain house
[painting.setting:town] = place
the place recognisable on the canvas of {x}
the place one sees in {x}
> On the canvas of {x} one recognises a certain place
[novel.setting:town] = place
the place where the characters of {x} live
the place to which the reader of {x} is taken
> The characters of {x} live in a certain place
[opera.setting:town] = place
the place represented by the scenery of {x}
the place that serves {x} as a backdrop
> The scenery of {x} represents a certain place
[painting.setting:lake] = lake
the body of water recognisable on the canvas of {x}
the lake one sees in {x}
> On the canvas of {x} one recognises a lake
[novel.setting:lake] = lake
the body of water to which the reader of {x} is taken
the lake serving {x} as a backdrop
> The reader of {x} is taken to a lake
[opera.setting:lake] = lake
the body of water represented by the scenery of {x}
the lake serving {x} as a backdrop
> The scenery of {x} represents a lake
[painting.setting:mountain] = summit
the summit recognisable on the canvas of {x}
the mountain one sees in {x}
> On the canvas of {x} one recognises a mountain
[novel.setting:mountain] = summit
the summit to which the reader of {x} is taken
the mountain serving {x} as a backdrop
> The reader of {x} is taken to a mountain
[opera.setting:mountain] = summit
the summit represented by the scenery of {x}
the mountain serving {x} as a backdrop
> The scenery of {x} represents a mountain
[work.dedicatee] = individual
the individual to whom its maker offered {x}
the individual for whom {x} was inscribed
> {X} was offered by its maker to somebody
[person.bplace] = place
the place where {x} came into the world
the place in which the cradle of {x} stood
> The cradle of {x} stood in a certain place
[person.dplace] = place
the place where {x} passed away
the place that saw the last hours of {x}
> {X} passed away in a certain place
[person.teacher] = master
the one who gave lessons to {x}
the master from whom {x} received instruction
> {X} received lessons from somebody
[person.spouse] = partner
the partner {x} chose in wedlock
the one with whom {x} exchanged vows
> {X} exchanged vows with somebody
[person.school] = seat of learning
the seat of learning where {x} was enrolled
the seat of learning that counted {x} among its undergraduates
> {X} was enrolled at a seat of learning
[town.river] = river
the river passing by {x}
the river that drives the mills of {x}
> A river drives the mills of {x}
[town.lake] = lake
the water that {x} looks out over
the lake washing the harbour of {x}
> {X} looks out over a lake
[town.province] = province
the province of which {x} forms part
the province that collects the taxes of {x}
> {X} forms part of a province
[mountain.province] = province
the province over which {x} towers
the province of which {x} forms part
> {X} towers over a province
[lake.province] = province
the province of which {x} forms part
the province some of which {x} covers
> {X} forms part of a province
[river.source] = mountain
the mountain that gives birth to {x}
the mountain whose springs feed {x}
> A mountain gives birth to {x}
[river.mouth:lake] = lake
the lake that {x} joins in the end
the lake swallowing {x}
> {X} joins a lake in the end
[river.mouth:river] = river
the river that {x} joins in the end
the larger stream swallowing {x}
> {X} joins another river in the end
[mountain.ascender] = conqueror
the conqueror of {x}
the one who stood on top of {x} before anyone else
> Somebody stood on top of {x} before anyone else
[inst.founder] = benefactor
the one who called {x} into being
the benefactor behind the beginnings of {x}
> Somebody called {x} into being
[inst.town] = place
the place possessing {x}
the place to which one travels to see {x}
> A certain place possesses {x}
[festival.town] = place
the place that celebrates {x}
the place whose streets fill for {x}
> A certain place celebrates {x}
[festival.founder] = initiator
the one with whom the custom of {x} began
the initiator of {x}
> The custom of {x} was begun by somebody
[festival.honours] = individual
the individual to whom {x} pays homage
the one in whose memory wreaths are laid at {x}
> {X} pays homage to somebody
[ship.captain] = master
the earliest master of {x}
the one at the helm of {x} to begin with
> To begin with, somebody stood at the helm of {x}
[ship.yard] = place
the place whose slipway gave {x} to the water
the place where shipwrights finished {x}
> Shipwrights finished {x} in a certain place
[ship.lake] = lake
the home water of {x}
the lake that {x} plied
> {X} plied a lake
[battle.victor] = soldier
the one who carried the day at {x}
the soldier to whom the day belonged at {x}
> Somebody carried the day at {x}
[battle.loser] = soldier
the one who had to retreat at {x}
the soldier beaten at {x}
> Somebody had to retreat at {x}
[battle.town] = place
the place on whose outskirts {x} happened
the place close to which armies met in {x}
> {X} happened on the outskirts of a certain place
[province.capital] = place
the seat of government of {x}
the place where the governor of {x} resides
> The governor of {x} resides in a certain place
[province.peak] = mountain
the mountain that towers above all others within {x}
> One mountain towers above all others within {x}
"""

ALT_OUTER = """
[person.byear]
Give the year in which {np} came into the world.
The cradle days of {np}: what year was that?
When, by year, did {np} first see the light of day?
[person.bdate]
Give the day, month and year on which {np} came into the world.
What birthday, year included, did {np} have?
On which exact day did {np} first see the light of day?
[person.dyear]
Give the year in which {np} passed away.
When, by year, did the life of {np} end?
[person.ddate]
Give the day, month and year on which {np} passed away.
On which exact day did the life of {np} end?
[person.bplace]
Where did the cradle of {np} stand?
Name the place where {np} came into the world.
In what place did {np} first see the light of day?
[person.dplace]
Name the place where {np} passed away.
Where did the life of {np} come to its end?
[person.occ]
How did {np} earn a living?
Name the calling of {np}.
What trade did {np} follow?
[person.teacher]
From whom did {np} receive lessons?
Name the one who gave {np} lessons.
[person.spouse]
With whom did {np} exchange vows?
Name the wedded partner of {np}.
[person.school]
At which seat of learning was {np} enrolled?
Name the seat of learning that counted {np} among its undergraduates.
[town.pop2]
As of 1936, how many residents did {np} count?
Give the number, as of 1936, of people resident in {np}.
[town.pop1]
As of 1886, how many residents did {np} count?
Give the number, as of 1886, of people resident in {np}.
[town.founded]
To what year do the origins of {np} go back?
Give the year in which settlers began {np}.
[town.rail]
Since what year have trains called at {np}?
Give the year of the first train at {np}.
[town.elev]
What altitude is given for {np}?
Give the altitude of {np}.
[town.river]
What river passes by {np}?
Name the river that drives the mills of {np}.
[town.lake]
What lake does {np} look out over?
Name the lake washing the harbour of {np}.
[town.province]
Of what province does {np} form part?
Name the province whose authorities tax {np}.
[town.product]
What do the workshops of {np} turn out nowadays?
On what does the reputation of {np} rest today?
[river.length]
What distance does {np} run from beginning to end?
Give the distance that {np} runs.
[river.source]
What mountain gives birth to {np}?
Name the mountain whose springs feed {np}.
[river.mouth]
What does {np} join in the end?
Name the water that swallows up {np}.
[lake.area]
Over how much ground do the waters of {np} spread?
Give the extent of {np}.
[lake.depth]
How far down is the bottom of {np}?
At what point below did the plumb line touch the bottom of {np}?
[lake.island]
Which of the islands of {np} comes first in size?
Name the island in {np} that no other exceeds in size.
[mountain.height]
How far above the sea does {np} tower?
Give the altitude of the top of {np}.
[mountain.adate]
When, to the day, was {np} conquered?
Give the day on which somebody first stood on top of {np}.
[mountain.ascender]
Name the conqueror of {np}.
Who stood on top of {np} before anyone else?
[inst.founder]
Who called {np} into being?
Name the benefactor behind the beginnings of {np}.
[inst.founded]
What year does the deed behind {np} bear?
Give the year in which {np} was called into being.
[inst.town]
What place possesses {np}?
Name the place to which one travels to see {np}.
[museum.holdings]
To how many items does the catalogue of {np} run?
[library.holdings]
To how many books does the catalogue of {np} run?
[theatre.holdings]
How large an audience can be seated in {np}?
[university.holdings]
What is the enrolment figure of {np}?
[province.capital]
From what place is {np} governed?
Name the place where the governor of {np} resides.
[province.area]
How much ground does {np} take in?
[province.created]
Since what year has {np} existed?
Give the year of the decree that brought {np} into existence.
[province.oldcap]
Where did the governor of {np} reside in former times?
[province.districts]
How many counties make up {np}?
[province.peak]
What summit towers above all others within {np}?
[bridge.architect]
Who supplied the drawings for {np}?
Name the one who drew {np}.
[bridge.opened]
What year saw the ribbon cut at {np}?
[bridge.town]
What place possesses {np}?
[ship.captain]
Who was the earliest master of {np}?
[ship.yard]
What place gave {np} to the water?
[festival.town]
What place celebrates {np}?
[work.creator]
Whose work do we have in {np}?
[work.year]
What year does {np} carry?
"""

ALT_BEST = """
[person.bdate.min]
that one of the pair {a} and {b} who came into the world before the other
[person.bdate.max]
that one of the pair {a} and {b} who came into the world after the other
[person.ddate.min]
that one of the pair {a} and {b} who passed away before the other
[river.length.max]
that one of the pair {a} and {b} which runs the greater distance
[river.length.min]
that one of the pair {a} and {b} which runs the lesser distance
[lake.depth.max]
that one of the pair {a} and {b} whose bottom is farther down
[lake.area.max]
that one of the pair {a} and {b} whose waters spread more widely
[mountain.height.max]
that one of the pair {a} and {b} which towers above the other
[mountain.adate.min]
that one of the pair {a} and {b} which was conquered before the other
[town.pop2.max]
that one of the pair {a} and {b} which counted more residents in 1936
[town.founded.min]
that one of the pair {a} and {b} whose origins go back further
[inst.founded.min]
that one of the pair {a} and {b} whose origins go back further
[bridge.opened.min]
that one of the pair {a} and {b} whose ribbon was cut ahead of the other's
[bridge.length.max]
that one of the pair {a} and {b} on which one walks farther from end to end
[ship.launched.min]
that one of the pair {a} and {b} which came off the slipway before the other
[ship.length.max]
that one of the pair {a} and {b} which measured more from bow to stern
[festival.first.min]
that one of the pair {a} and {b} which goes back further
[battle.date.min]
that one of the pair {a} and {b} which preceded the other
[work.year.min]
that one of the pair {a} and {b} which preceded the other
"""

ALT_WHICH = """
[person.bdate.min]
{A} and {b}: which of the two preceded the other into the world?
Take {a} and {b}; name the one with the earlier birthday, years included.
[person.bdate.max]
{A} and {b}: which of the two followed the other into the world?
[person.ddate.min]
{A} and {b}: which of the two passed away before the other?
[river.length.max]
Put {a} beside {b}: which runs the greater distance?
{A} and {b}: name the one that runs farther.
[river.length.min]
Put {a} beside {b}: which runs the lesser distance?
[lake.depth.max]
Put {a} beside {b}: in which is the bottom farther down?
[lake.area.max]
Put {a} beside {b}: the waters of which spread more widely?
[mountain.height.max]
Put {a} beside {b}: which towers above the other?
[mountain.adate.min]
Put {a} beside {b}: which was conquered before the other?
[town.pop2.max]
Put {a} beside {b}: which counted more residents in 1936?
[town.founded.min]
Put {a} beside {b}: the origins of which go back further?
[inst.founded.min]
Put {a} beside {b}: the origins of which go back further?
{A} and {b}: name the one called into being before the other.
[bridge.opened.min]
Put {a} beside {b}: whose ribbon was cut ahead of the other's?
[bridge.length.max]
Put {a} beside {b}: on which does one walk farther from end to end?
[ship.launched.min]
Put {a} beside {b}: which came off the slipway before the other?
[ship.length.max]
Put {a} beside {b}: which measured more from bow to stern?
[festival.first.min]
Put {a} beside {b}: which goes back further?
[battle.date.min]
Put {a} beside {b}: which preceded the other?
[work.year.min]
Put {a} beside {b}: which preceded the other?
"""

ALT_YESNO = """
[same.town.province]
Does one and the same province tax {a} as well as {b}?
[same.lake.province]
Does one and the same province contain {a} as well as {b}?
[same.mountain.province]
Does one and the same province contain {a} as well as {b}?
[both.town.province]
Is it true of {a} as well as of {b} that {c} taxes them?
[both.mountain.province]
Is it true of {a} as well as of {b} that they tower over {c}?
[both.person.bplace]
Is it true of {a} as well as of {b} that their cradle stood in {c}?
[same.person.occ]
Is it true that {a} earned a living in the same trade as {b}?
[same.person.bplace]
Is it true that {a} came into the world in the same place as {b}?
[same.person.dplace]
Is it true that {a} passed away in the same place as {b}?
[same.bridge.river]
Is it true that one and the same river runs under {a} and under {b}?
[same.work.creator]
Do we owe {a} to the same hand as {b}?
[less.person.bdate]
Is it true that {a} preceded {b} into the world?
[less.bridge.opened]
Is it true that the ribbon at {a} was cut ahead of that at {b}?
[less.work.year]
Is it true that {a} preceded {b}?
[more.river.length]
Is it true that {a} runs a greater distance than {b}?
[more.mountain.height]
Is it true that {a} towers above {b}?
[more.lake.depth]
Is it true that the bottom of {a} is farther down than that of {b}?
[more.town.pop2]
Is it true that in 1936 {a} counted more residents than {b}?
"""

ALT_SHARED = """
[person.occ]
{A} as well as {b} earned a living in one and the same trade. Name it.
[person.bplace]
{A} as well as {b} came into the world in one and the same place. Name it.
[person.dplace]
{A} as well as {b} passed away in one and the same place. Name it.
[bridge.river]
One and the same river runs under {a} and under {b}. Name it.
[town.province]
One and the same province taxes {a} as well as {b}. Name it.
[mountain.province]
{A} as well as {b} tower over one and the same province. Name it.
[lake.province]
{A} as well as {b} form part of one and the same province. Name it.
[work.creator]
To whose hand do we owe {a} as well as {b}?
[bridge.architect]
To whose drawings do we owe {a} as well as {b}?
[ship.captain]
Name the earliest master of {a}, who was also that of {b}.
"""
ALT_REVERSE = """
[bridge.architect]
Name the bridge drawn by {d}.
[painting.creator]
Name the canvas that left the easel of {d}.
[novel.creator]
Name the story in prose penned by {d}.
[opera.creator]
Name the piece for the lyric stage set to music by {d}.
[mountain.ascender]
Name the summit conquered by {d}.
[inst.founder]
Name the {k} called into being by {d}.
[ship.captain]
Name the steamer whose earliest master was {d}.
[festival.honours]
Name the festival that pays homage to {d}.
[museum.town]
Name the public collection of art found in {d}.
[bridge.town]
Name the bridge possessed by {d}.
[festival.town]
Name the festival celebrated by {d}.
[battle.town]
Name the battle on the outskirts of {d}.
"""
ALT_PERSON = """
[occ bplace byear]
{a_occ} who came into the world at {bplace} in {byear}
[occ dplace dyear]
{a_occ} who passed away at {dplace} in {dyear}
[occ teacher bplace]
{a_occ} whose cradle stood in {bplace} and who received lessons from {teacher}
[bdate]
someone who came into the world on {bdate}
[ddate]
someone who passed away on {ddate}
"""
ALT_TOWN = """
[alias]
the place that goes by the name of {alias}
[founded product]
the place whose origins go back to {founded} and whose reputation rests on {product}
[pop2]
the place with {pop2} residents as of 1936
"""
ALT_JOIN = """
[occ bplace]
Name the {occ} with a cradle in {bplace} who {v}.
[byear bplace]
Name the one who came into the world at {bplace} in {byear} and {v}.
[dplace]
Name the one who passed away at {dplace} and {v}.
[teacher]
Name the one who received lessons from {teacher} and {v}.
[spouse]
Name the one who exchanged vows with {spouse} and {v}.
"""
ALT_VERB = """
[bridge.architect]
drew {x}
[painting.creator]
produced {x} at the easel
[novel.creator]
penned {x}
[opera.creator]
set {x} to music
[mountain.ascender]
conquered {x}
[inst.founder]
called {x} into being
[festival.founder]
began the custom of {x}
[battle.victor]
carried the day at {x}
[battle.loser]
had to retreat at {x}
[ship.captain]
was the earliest master of {x}
"""


# ---------------------------------------------------------------------------
# 4. From tables to text
# ---------------------------------------------------------------------------

def parse(block):
    """[key] = word / plain lines / "> " lines  ->  {key: (plain, stems, word)}"""
    out, key = {}, None
    for line in block.strip().splitlines():
        if line.startswith("["):
            key, _, word = line[1:].partition("]")
            assert key not in out, key
            out[key] = ([], [], word.strip(" ="))
        elif line.startswith("> "):
            out[key][1].append(line[2:])
        elif line:
            out[key][0].append(line)
    return out


UNITS = {"river.length": "km", "river.basin": "km²", "lake.area": "km²", "lake.depth": "m", "lake.elev": "m",
         "town.elev": "m", "mountain.height": "m", "bridge.length": "m", "ship.length": "m",
         "painting.size": "cm", "province.area": "km²"}
UNIT_WORDS = {"km": "kilometres", "km²": "square kilometres", "m": "metres", "cm": "centimetres"}
COUNTS = {"pop1", "pop2", "holdings", "dead", "crowd", "cap"}


def cap(s):
    return s[:1].upper() + s[1:]


def article(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


class Style:
    """One of the two sets of phrasings, with its formats of dates and measures."""

    def __init__(self, name, seed):
        self.name, self.seed, self.alt = name, seed, name == "alt"
        get = lambda table: parse(globals()["%s_%s" % (name.upper(), table)])
        self.passage_table = get("PASSAGES")
        (self.inner, self.outer, self.best, self.which, self.yesno, self.shared, self.reverse, self.person,
         self.town, self.join, self.verb) = map(
            get, "INNER OUTER BEST WHICH YESNO SHARED REVERSE PERSON TOWN JOIN VERB".split())
        self.layouts = ALT_LAYOUTS if self.alt else LAYOUTS
        self.text, self.index = {}, {}

    def value(self, e, field):
        """A field of an entity as it is written in its passage."""
        if field in ("byear", "dyear"):
            return str(e.f[field[0] + "date"][0])
        v = e.f[field]
        if isinstance(v, Entity):
            return v.ref
        if isinstance(v, tuple):
            form = "{m} {d}, {y}" if self.alt else "{d} {m} {y}"
            return form.format(d=v[2], m=MONTHS[v[1] - 1], y=v[0])
        unit = UNITS.get("%s.%s" % (e.kind, field))
        if unit:
            return "%s %s" % (format(v, ","), UNIT_WORDS[unit] if bool(e.flip) != self.alt else unit)
        return format(v, ",") if field in COUNTS else str(v)

    def answer(self, e, field):
        v = e.f.get(field)
        if isinstance(v, Entity):
            return v.title
        v = self.value(e, field)
        return v[4:] if v.startswith("the ") else v

    # -- passages ------------------------------------------------------------
    def words_for(self, e, rng, first):
        g = e.gender or "n"
        pick = lambda m, f, n: {"m": m, "f": f, "n": n}[g]
        nouns = ["the " + n for n in NOUNS.get(e.kind, [e.kind])]
        his, him, he = pick("his", "her", "its"), pick("him", "her", "it"), pick("he", "she", "it")
        if g == "n":
            subject = rng.choice(["it", "it"] + nouns + nouns)
            his_ = his
        else:
            subject, his_ = rng.choice([he, he, e.title.split()[1]]), his
        return {"n": e.ref, "s": he if g != "n" else rng.choice(["it"] + nouns), "S": cap(subject), "his": his_,
                "its": his_, "him": him, "he": he, "child": pick("son", "daughter", ""),
                "man": pick("man", "woman", ""), "wife": pick("wife", "husband", ""),
                "husband": pick("husband", "wife", ""), "kind": e.kind}

    def fill(self, e, template, rng, first):
        words, facts, out = self.words_for(e, rng, first), [], []
        for lit, key, _, _ in string.Formatter().parse(template):
            out.append(lit)
            if key is None:
                continue
            low = key if key in words else key[0].lower() + key[1:]
            if low in words:
                w = words[low]
            elif low.startswith("a_"):
                w = article(self.value(e, low[2:]))
                facts.append(low[2:])
            else:
                w = self.value(e, low)
                facts.append(low)
            out.append(cap(w) if key[0].isupper() and key != "N" else w)
        return cap("".join(out)), facts

    def has(self, e, template):
        special = set(self.words_for(e, random.Random(0), True))
        for _, key, _, _ in string.Formatter().parse(template):
            if key:
                low = key if key in special else key[0].lower() + key[1:]
                if low not in special and low.removeprefix("a_") not in e.f:
                    return False
        return True

    def write_passages(self, world):
        for e in world.all:
            rng = random.Random("%d/%s/%s" % (self.seed, self.name, e.title))
            layout = rng.choice(self.layouts.get(e.kind) or self.layouts[e.family])
            slots = []
            for part in re.findall(r"\{[^}]*\}|\S+", layout):
                names = part.strip("{}").split()
                if part[0] == "{":
                    rng.shuffle(names)
                slots += names
            sents, index = [], {}
            for slot in slots:
                table = self.passage_table.get("%s.%s" % (e.kind, slot)) or self.passage_table.get("%s.%s" % (e.family, slot))
                if not table:
                    continue
                fitting = [t for t in table[0] if self.has(e, t)]
                if not fitting:
                    continue
                if slot == "sight" and "sight2" in e.f:
                    continue
                text, facts = self.fill(e, rng.choice(fitting), rng, not sents)
                for f in facts:
                    index.setdefault(f, len(sents))
                sents.append(text)
            self.text[e] = [s if i == 0 else " " + s for i, s in enumerate(sents)]
            self.index[e] = index
            assert 2 <= len(sents) <= 6, (e, sents)

    # -- questions -----------------------------------------------------------
    def call(self, e, rng, alias=False):
        if alias:
            return e.alias
        if e.family == "work" and rng.random() < (.75 if self.alt else .3):
            return '"%s"' % e.ref
        return e.ref

    def put(self, template, **kw):
        return cap(template.format(**kw, **{cap(k): cap(v) for k, v in kw.items()}))

    def inner_for(self, e, field):
        target = e.f[field]
        for kind in (e.kind, e.family):
            for key in ("%s.%s:%s" % (kind, field, target.kind), "%s.%s" % (kind, field)):
                if key in self.inner:
                    return self.inner[key]
        return None

    def outer_for(self, e, attr):
        return self.outer.get("%s.%s" % (e.kind, attr)) or self.outer.get("%s.%s" % (e.family, attr))

    def ask(self, plan, rng):
        return getattr(self, "ask_" + plan.form)(plan, rng)

    def ask_chain(self, p, rng):
        e, x = p.e[0], self.call(p.e[0], rng, p.alias)
        for rel in p.rels[:-1]:
            nps = self.inner_for(e, rel)[0]           # nested descriptions: no clause within a clause
            nps = [t for t in nps if t.endswith("{x}")] or nps
            x, e = rng.choice(nps).format(x=x), e.f[rel]
        nps, stems, word = self.inner_for(e, p.rels[-1])
        if len(p.rels) > 1 and (e.f[p.rels[-1]].kind != "town" or rng.random() < .5):
            nps = [t for t in nps if t.endswith("{x}")] or nps
        last = e.f[p.rels[-1]]
        asks, rels, _ = self.outer_for(last, p.attr)
        form = rng.random()
        if len(p.rels) > 1 or form < .66 or not stems:
            return self.put(rng.choice(asks), np=rng.choice(nps).format(x=x))
        stem = rng.choice(stems).format(x=x, X=cap(x))
        if form < .88 and rels:
            return "%s %s" % (stem, rng.choice(rels))
        ask = self.put(rng.choice(asks), np=("the %s in question" if self.alt else "this %s") % word)
        return "%s%s %s" % (stem, "." if self.alt else ";", ask if self.alt else ask[0].lower() + ask[1:])

    def ask_which(self, p, rng):
        return self.put(rng.choice(self.which[p.key][0]), a=self.call(p.e[0], rng), b=self.call(p.e[1], rng))

    def ask_best(self, p, rng):
        np = rng.choice(self.best[p.key][0]).format(a=self.call(p.e[0], rng), b=self.call(p.e[1], rng))
        return self.put(rng.choice(self.outer_for(p.winner, p.attr)[0]), np=np)

    def ask_yesno(self, p, rng):
        kw = {"c": p.c.ref} if p.c else {}
        return self.put(rng.choice(self.yesno[p.key][0]), a=self.call(p.e[0], rng), b=self.call(p.e[1], rng), **kw)

    def ask_shared(self, p, rng):
        return self.put(rng.choice(self.shared[p.key][0]), a=self.call(p.e[0], rng), b=self.call(p.e[1], rng))

    def described(self, table, e, fields, rng):
        kw = {k: self.value(e, k) for k in fields}
        if "occ" in kw:
            kw["a_occ"] = article(kw["occ"])
        return rng.choice(table[" ".join(fields)][0]), kw

    def ask_reverse(self, p, rng):
        t, kw = self.described(self.person if p.e[1].kind == "person" else self.town, p.e[1], p.fields, rng)
        return self.put(rng.choice(self.reverse[p.key][0]), d=t.format(**kw), k=p.e[0].kind)

    def ask_join(self, p, rng):
        t, kw = self.described(self.join, p.e[1], p.fields, rng)
        v = rng.choice(self.verb[p.key][0]).format(x=self.call(p.e[0], rng, p.alias))
        return self.put(t, v=v, **kw)


# ---------------------------------------------------------------------------
# 5. Choosing the questions
# ---------------------------------------------------------------------------

class Plan:
    """A question before it is worded: entities, the answer and the facts it rests on."""

    def __init__(self, form, entities, **kw):
        self.form, self.e, self.alias, self.c, self.rels = form, entities, False, None, []
        self.__dict__.update(kw)

    def facts(self):
        pairs = []
        if self.form == "chain":
            e = self.e[0]
            if self.alias:
                pairs.append((e, "alias"))
            for rel in self.rels:
                pairs.append((e, rel))
                e = e.f[rel]
            pairs.append((e, FIELD.get(self.attr, self.attr)))
        elif self.form in ("reverse", "join"):
            if self.alias:
                pairs.append((self.e[0], "alias"))
            pairs.append((self.e[0], self.rel))
            pairs += [(self.e[1], FIELD.get(f, f)) for f in self.fields]
        else:
            pairs += [(e, self.field) for e in self.e]
            if self.form == "best":
                pairs.append((self.winner, FIELD.get(self.attr, self.attr)))
        return pairs

    def answer(self, style):
        if self.form == "chain":
            e = self.e[0]
            for rel in self.rels:
                e = e.f[rel]
            return style.answer(e, self.attr)
        if self.form == "reverse":
            return self.e[0].title
        if self.form == "join":
            return self.e[1].title
        if self.form == "yesno":
            return "yes" if self.truth else "no"
        if self.form == "which":
            return self.winner.title
        return style.answer(self.winner if self.form == "best" else self.e[0], getattr(self, "attr", self.field))

    def kind(self):
        if self.form == "chain":
            return "bridge, %d hops" % (len(self.rels) + 1) + (", by alias" if self.alias else "")
        return {"reverse": "bridge, described backwards", "join": "bridge, two descriptions",
                "which": "comparison, which of two", "best": "comparison, property of the winner",
                "shared": "comparison, what both share", "yesno": "comparison, yes or no"}[self.form]

    def type(self):
        return "bridge" if self.form in ("chain", "reverse", "join") else "comparison"


FIELD = {"byear": "bdate", "dyear": "ddate"}
QUOTA = {"chain2": 320, "chain3": 38, "reverse": 34, "join": 26, "which": 74, "best": 32, "shared": 22, "yesno": 54}
# (hops - 1, all gold passages among the top 5 of a search with the question) -> questions
EASY_SHARE = {(1, True): 162, (1, False): 158, (2, True): 6, (2, False): 38}
OCC_RELATIONS = {"founder", "dedicatee", "honours", "spouse", "ascender"}
BEST_ATTRS = {"person": ["bplace", "occ", "dplace", "bdate"], "river": ["length", "source"], "lake": ["depth", "island"],
              "mountain": ["height", "adate", "ascender"], "town": ["product", "founded"], "inst": ["town", "founder"],
              "bridge": ["architect", "opened", "town"], "ship": ["captain", "yard"], "festival": ["town"],
              "work": ["creator", "year"]}


class Chooser:
    def __init__(self, world, main, alt, retrieval):
        self.world, self.main, self.alt, self.retrieval = world, main, alt, retrieval
        self.rng = random.Random("questions%d" % main.seed)
        self.used, self.texts = collections.Counter(), set()
        self.plans = []

    def known(self, e, field):
        return all(field in s.index[e] for s in (self.main, self.alt))

    def accept(self, plan, limits):
        """Add the plan unless it is badly told, repeats something or is too easy a guess."""
        if any(not self.known(e, f) for e, f in plan.facts()):
            return False
        for key, most in limits:
            if self.used[key] >= most:
                return False
        if plan.form == "chain":
            first = plan.e[0]
            for s in (self.main, self.alt):
                told = " ".join(s.text[first])
                if plan.answer(s) in told:
                    return False
        question = self.main.ask(plan, self.rng)
        if question in self.texts or (plan.type() == "bridge" and plan.answer(self.main).lower() in question.lower()):
            return False
        gold = {e for e, _ in plan.facts()}
        top5 = {self.world.all[i] for i in self.retrieval.top(question, 5)}
        if plan.form == "chain":                      # keep both grades of difficulty
            grade = (len(plan.rels), gold <= top5)
            if self.used[grade] >= EASY_SHARE[grade]:
                return False
            limits = limits + [(grade, 999)]
        self.texts.add(question)
        plan.question = question
        for key, _ in limits:
            self.used[key] += 1
        self.plans.append(plan)
        return True

    def fill(self, n, make):
        want = len(self.plans) + n
        for _ in range(200000):
            if len(self.plans) == want:
                return
            got = make()
            if got:
                self.accept(*got)
        raise ValueError("too few questions: %s" % make.__name__)

    def choose(self):
        links = collections.defaultdict(list)
        for e in self.world.all:
            for rel, target in sorted(e.f.items(), key=lambda kv: kv[0]):
                if isinstance(target, Entity) and self.main.inner_for(e, rel):
                    key = "%s.%s" % (e.family, rel)
                    if rel in ("mouth", "setting"):
                        key += ":" + target.kind
                    links[key].append((e, rel, target))
        self.links, self.keys = links, sorted(links)
        self.aliased = [link for k in self.keys for link in links[k] if link[0].alias]
        # Relations with many carriers are asked more often, but less than in proportion.
        self.weights = [math.sqrt(len(links[k])) for k in self.keys]
        self.attrs = collections.defaultdict(list)
        for key in sorted(self.main.outer):
            self.attrs[key.split(".")[0]].append(key.split(".")[1])
        self.fill(QUOTA["chain2"], self.chain2)
        self.fill(QUOTA["chain3"], self.chain3)
        self.fill(QUOTA["reverse"], self.reverse)
        self.fill(QUOTA["join"], self.join)
        self.fill(QUOTA["which"], self.which)
        self.fill(QUOTA["best"], self.best)
        self.fill(QUOTA["shared"], self.shared)
        self.fill(QUOTA["yesno"] // 2, lambda: self.yesno(True))
        self.fill(QUOTA["yesno"] // 2, lambda: self.yesno(False))
        return self.mixed()

    def mixed(self):
        """A random order in which every stretch holds about the same share of each kind."""
        groups = collections.defaultdict(list)
        for plan in self.plans:
            groups[plan.kind(), getattr(plan, "truth", None)].append(plan)
        placed = []
        for key in sorted(groups, key=str):
            self.rng.shuffle(groups[key])
            placed += [((i + self.rng.random()) / len(groups[key]), self.rng.random(), p)
                       for i, p in enumerate(groups[key])]
        return [p for _, _, p in sorted(placed, key=lambda x: x[:2])]

    def attr_of(self, target, rel):
        attrs = [a for fam in sorted({target.kind, target.family}) for a in self.attrs[fam]
                 if FIELD.get(a, a) in target.f and (a != "occ" or rel in OCC_RELATIONS)]
        if target.kind == "person" and "occ" in attrs:
            attrs += ["occ"]
        return self.rng.choice(attrs) if attrs else None

    def chain2(self):
        e, rel, target = self.rng.choice(self.aliased if self.rng.random() < .12 else
                                         self.links[self.rng.choices(self.keys, self.weights)[0]])
        attr = self.attr_of(target, rel)
        if not attr or target.f.get(attr) is e or (rel == "town" and attr in ("river", "lake")):
            return None
        plan = Plan("chain", [e], rels=[rel], attr=attr, alias=bool(e.alias) and self.rng.random() < .9)
        return plan, [((e, rel), 1), (e, 3), ((target, attr), 1), ((target,), 4)]

    def chain3(self):
        e, rel, mid = self.rng.choice(self.links[self.rng.choices(self.keys, self.weights)[0]])
        rels = [r for r, t in sorted(mid.f.items()) if isinstance(t, Entity) and self.main.inner_for(mid, r)
                and r in ("bplace", "dplace", "town", "source", "river", "capital", "mouth", "teacher", "school")]
        if not rels or e.kind == "person":
            return None
        rel2 = self.rng.choice(rels)
        target = mid.f[rel2]
        attr = self.attr_of(target, rel2)
        if not attr or target is e or isinstance(target.f.get(attr), Entity) and target.f[attr] in (e, mid):
            return None
        if (rel, rel2) in (("town", "river"), ("town", "lake")):
            return None
        plan = Plan("chain", [e], rels=[rel, rel2], attr=attr, alias=bool(e.alias) and self.rng.random() < .3)
        return plan, [((e, rel), 1), (e, 3), ((target, attr), 2), ((target,), 6), ((mid,), 4)]

    def reverse(self):
        """The thing asked for is not named; its maker or place is described."""
        key = self.rng.choice(sorted(self.main.reverse))
        fam, rel = key.split(".")
        e = self.rng.choice(self.world.of(fam))
        target = e.f[rel]
        rivals = [x for x in self.world.all if x.f.get(rel) is target and x.kind == e.kind]
        if len(rivals) != 1:
            return None
        table = self.main.person if target.kind == "person" else self.main.town
        fields = self.rng.choice(sorted(table)).split()
        same = lambda x: all(FIELD.get(f, f) in x.f and self.main.value(x, f) == self.main.value(target, f) for f in fields)
        if any(FIELD.get(f, f) not in target.f for f in fields) or sum(same(x) for x in self.world.of(target.kind)) != 1:
            return None
        if "occ" in fields and target.f["occ"] not in ("architect", "painter", "novelist", "composer", "ship's captain") \
                and rel not in ("founder", "honours", "ascender"):
            return None
        return Plan("reverse", [e, target], key=key, rel=rel, fields=fields), [((target, rel), 1), (e, 3), ((key, "reverse"), 5)]

    def join(self):
        key = self.rng.choice(sorted(self.main.verb))
        fam, rel = key.split(".")
        e = self.rng.choice(self.world.of(fam))
        target = e.f[rel]
        fields = self.rng.choice(sorted(self.main.join)).split()
        if any(FIELD.get(f, f) not in target.f for f in fields):
            return None
        plan = Plan("join", [e, target], key=key, rel=rel, fields=fields, alias=bool(e.alias) and self.rng.random() < .4)
        return plan, [((e, rel), 1), (e, 3), ((key, "join"), 5)]

    def pair(self, kind):
        a, b = self.rng.sample(self.world.of(kind), 2)
        if a.family in ("inst", "work") and a.kind != b.kind:
            return None
        return [a, b]

    def order(self, table, key=None):
        key = key or self.rng.choice(sorted(table))
        kind, field, way = key.split(".")
        two = self.pair(kind)
        if not two or two[0].f[field] == two[1].f[field]:
            return None
        return key, field, two, (min if way == "min" else max)(two, key=lambda e: e.f[field])

    def which(self):
        got = self.order(self.main.which)
        if got:
            key, field, two, winner = got
            return Plan("which", two, key=key, field=field, winner=winner), [(e, 4) for e in two] + [((key, "which"), 5)]

    def best(self):
        got = self.order(self.main.best)
        if got:
            key, field, two, winner = got
            attrs = [a for a in BEST_ATTRS.get(winner.family, []) if self.main.outer_for(winner, a)]
            loser = two[0] if winner is two[1] else two[1]
            if not attrs:
                return None
            attr = self.rng.choice(attrs)
            if winner.f[attr] == loser.f[attr]:
                return None
            return (Plan("best", two, key=key, field=field, winner=winner, attr=attr),
                    [(e, 4) for e in two] + [((key, "best"), 3)])

    def shared(self):
        key = self.rng.choice(sorted(self.main.shared))
        kind, field = key.split(".")
        two = self.pair(kind)
        if two and two[0].f[field] == two[1].f[field]:
            return Plan("shared", two, key=key, field=field), [(e, 4) for e in two] + [((key, "shared"), 4)]

    def yesno(self, want):
        key = self.rng.choice(sorted(self.main.yesno))
        test, kind, field = key.split(".")
        two, c = self.pair(kind), None
        if not two:
            return None
        a, b = (e.f[field] for e in two)
        if test == "same":
            truth = a == b
        elif test == "both":
            c = a if want else self.rng.choice([a, b])
            truth = a is c and b is c
        elif a == b:
            return None
        else:
            truth = a < b if test == "less" else a > b
        if truth != want:
            return None
        return (Plan("yesno", two, key=key, field=field, truth=truth, c=c),
                [(e, 4) for e in two] + [((key, want), 3)])


# ---------------------------------------------------------------------------
# 6. Retrieval (for distractors and statistics) and the score
# ---------------------------------------------------------------------------

class BM25:
    def __init__(self, docs):
        self.docs = [collections.Counter(self.terms(d)) for d in docs]
        self.len = [sum(d.values()) for d in self.docs]
        self.mean = sum(self.len) / len(docs)
        df = collections.Counter(t for d in self.docs for t in d)
        n = len(docs)
        self.idf = {t: math.log(1 + (n - c + .5) / (c + .5)) for t, c in df.items()}
        self.post = collections.defaultdict(list)
        for i, d in enumerate(self.docs):
            for t, c in d.items():
                self.post[t].append((i, c))

    @staticmethod
    def terms(text):
        return re.findall(r"\w+", text.lower())

    def top(self, query, k):
        score = collections.Counter()
        for t in sorted(set(self.terms(query))):
            for i, c in self.post.get(t, ()):
                score[i] += self.idf[t] * c * 2.2 / (c + 1.2 * (.25 + .75 * self.len[i] / self.mean))
        return [i for i, _ in sorted(score.items(), key=lambda kv: (-kv[1], kv[0]))[:k]]


def normal(s):
    s = re.sub(r"\b(a|an|the)\b", " ", "".join(c for c in s.lower() if c not in string.punctuation))
    return s.split()


def score(guess, gold):
    """Exact match and F1 as in the official evaluation."""
    a, b = normal(guess), normal(gold)
    em = float(a == b)
    if a != b and ({" ".join(a), " ".join(b)} & {"yes", "no"}):
        return em, 0.0
    common = sum((collections.Counter(a) & collections.Counter(b)).values())
    return em, (2.0 * common / (len(a) + len(b)) if common else 0.0)


# ---------------------------------------------------------------------------
# 7. The files
# ---------------------------------------------------------------------------

class Atlas:
    def __init__(self, seed):
        self.seed = seed
        self.world = World(seed)
        self.styles = [Style("main", seed), Style("alt", seed)]
        for s in self.styles:
            s.write_passages(self.world)
        main, alt = self.styles
        self.entities = self.world.all
        self.bm25 = {s: BM25([e.title + " " + "".join(s.text[e]) for e in self.entities]) for s in self.styles}
        self.plans = Chooser(self.world, main, alt, self.bm25[main]).choose()
        assert len(self.plans) == N_QUESTIONS
        self.items = {main: [], alt: []}
        for n, plan in enumerate(self.plans):
            gold = list(dict.fromkeys(e for e, _ in plan.facts()))
            rng = random.Random("context%d/%d" % (seed, n))
            hits = [self.entities[i] for i in self.bm25[main].top(plan.question, 12)]
            near = [e for e in hits if e not in gold]
            total = max(len(gold) + 2, rng.randint(4, 6))
            others = near[:total - len(gold) - 1]
            others += rng.sample([e for e in self.entities if e not in gold and e not in others], total - len(gold) - len(others))
            context = gold + others
            rng.shuffle(context)
            top5 = hits[:5]
            plan.easy = all(e in top5 for e in gold)
            plan.first = any(e in top5 for e in gold[:1])
            plan.level = ("easy" if plan.easy else "medium") if plan.type() == "comparison" else (
                "medium" if plan.easy else "hard")
            self.items[main].append(self.item(main, n, plan, plan.question, context))
            if n >= TEST_FROM:
                question = alt.ask(plan, random.Random("alt%d/%d" % (seed, n)))
                self.items[alt].append(self.item(alt, n, plan, question, context))
        self.verify()

    def item(self, style, n, plan, question, context):
        facts = []
        for e, field in plan.facts():
            fact = [e.title, style.index[e][field]]
            if fact not in facts:
                facts.append(fact)
        return {"_id": hashlib.sha1(("atlas/%d/%s/%d" % (self.seed, style.name, n)).encode()).hexdigest()[:24],
                "question": question, "answer": plan.answer(style), "supporting_facts": facts,
                "context": [[e.title, style.text[e]] for e in context],
                "type": plan.type(), "level": plan.level}

    def verify(self):
        """Assert what every reader of the data may rely on."""
        for table in "passage_table inner outer best which yesno shared reverse person town join verb".split():
            one, two = ({t for a, b, _ in getattr(s, table).values() for t in a + b} for s in self.styles)
            assert not one & two, one & two           # the two sets of phrasings share nothing
        for s, items in self.items.items():
            assert len({q["question"] for q in items}) == len(items)
            assert len({q["_id"] for q in items}) == len(items)
            for q in items:
                context = dict(q["context"])
                assert 4 <= len(q["context"]) <= 6 and len(context) == len(q["context"])
                told = [context[t][i] for t, i in q["supporting_facts"]]
                titles = {t for t, _ in q["supporting_facts"]}
                assert len(titles) >= 2, q["question"]
                if q["answer"] not in ("yes", "no"):
                    assert any(q["answer"] in "".join(context[t]) for t in titles), q
                    if q["type"] == "bridge":
                        assert q["answer"] not in q["question"], q
                    if q["answer"] not in titles:
                        assert any(q["answer"] in x for x in told), q
                assert "{" not in q["question"] and q["question"].endswith(("?", ".")), q
            for e in self.entities:
                assert e.title in "".join(s.text[e]), e
                for x in s.text[e]:
                    assert "{" not in x and x.endswith(".") and "  " not in x, x
        for e in self.entities:                       # the world does not contradict itself
            if e.kind == "bridge":
                assert e.f["town"].f["river"] is e.f["river"]
            for field, when in (("architect", "opened"), ("creator", "year"), ("founder", "founded"),
                                ("founder", "first"), ("captain", "launched")):
                if field in e.f and when in e.f:
                    p = e.f[field]
                    assert p.f["bdate"][0] < e.f[when] < p.f["ddate"][0], e
            if e.kind == "person":
                assert "spouse" not in e.f or e.f["spouse"].f["spouse"] is e
                assert "wed" not in e.f or e.f["wed"] < e.f["ddate"][0]
            if e.kind == "province":
                assert e.f["peak"].f["height"] == max(m.f["height"] for m in self.world.of("mountain") if m.f["province"] is e)

    def files(self):
        main, alt = self.styles
        out = {}
        for s, corpus, data in ((main, "corpus.jsonl", "atlas.json"), (alt, "corpus_alt.jsonl", "atlas_alt.json")):
            out[corpus] = "".join(json.dumps({"title": e.title, "text": s.text[e]}, ensure_ascii=False) + "\n"
                                  for e in self.entities)
            out[data] = "[\n" + ",\n".join(json.dumps(q, ensure_ascii=False, separators=(",", ":"))
                                           for q in self.items[s]) + "\n]\n"
        return out

    # -- statistics ------------------------------------------------------------
    def answer_type(self, plan):
        a = plan.answer(self.styles[0])
        if a in ("yes", "no"):
            return "yes/no"
        for e in self.entities:
            if e.title == a:
                return e.family
        if re.fullmatch(r"\d{3,4}", a):
            return "year or count"
        if a.split()[-1].isdigit() and a.split()[0].isdigit() and len(a.split()) == 3:
            return "date"
        if a[0].isdigit():
            return "number with unit" if " " in a else "count"
        return "other name or word"

    def stats(self, out):
        main, alt = self.styles
        say = lambda *a: print(*a, file=out)
        say("passages: %d, sentences: %d" % (len(self.entities), sum(len(t) for t in main.text.values())))
        say("passages by kind:", ", ".join("%s %d" % kv for kv in sorted(
            collections.Counter(e.kind for e in self.entities).items())))
        say("questions: %d, alternative test questions: %d" % (len(self.items[main]), len(self.items[alt])))
        for part, lo, hi in (("all", 0, 600), ("train", 0, 150), ("validation", 150, 300), ("test", 300, 600)):
            plans = self.plans[lo:hi]
            say("%-11s" % part, ", ".join("%s %d" % kv for kv in sorted(collections.Counter(p.kind() for p in plans).items())))
        say("answer types:", ", ".join("%s %d" % kv for kv in collections.Counter(map(self.answer_type, self.plans)).most_common()))
        say("levels:", collections.Counter(p.level for p in self.plans).most_common())
        say("relations asked first:", len({(p.e[0].kind, p.rels[0]) for p in self.plans if p.rels}),
            " properties asked:", len({p.attr for p in self.plans if p.form == "chain"}))
        bridge = [p for p in self.plans if p.type() == "bridge"]
        for name, ps in (("bridge", bridge), ("bridge, forward", [p for p in bridge if p.form == "chain"]),
                         ("comparison", [p for p in self.plans if p.type() == "comparison"])):
            say("%s: all gold passages in the top 5 of BM25 by the question alone: %.1f %%, first gold passage: %.1f %%"
                % (name, 100.0 * sum(p.easy for p in ps) / len(ps), 100.0 * sum(p.first for p in ps) / len(ps)))
        for s in self.styles:
            items = self.items[s][TEST_FROM:] if s is main else self.items[s]
            say("trivial rules on the %s test part (EM / F1):" % s.name)
            for rule, guess in sorted(self.trivial(s).items()):
                got = [score(guess(q["question"]), q["answer"]) for q in items]
                em, f1 = (100 * sum(x[i] for x in got) / len(got) for i in (0, 1))
                say("  %-50s %5.1f %5.1f" % (rule, em, f1))
                assert f1 < 15, rule

    def trivial(self, s):
        best = lambda q, k: [self.entities[i] for i in self.bm25[s].top(q, k)]

        def first_year(q):
            text = " ".join("".join(s.text[e]) for e in best(q, 2))
            m = re.search(r"\b1[0-9]{3}\b", text)
            return m.group() if m else ""

        def first_name(q):
            for e in best(q, 2):
                for sent in s.text[e]:
                    for m in re.finditer(r"\b[A-Z][\w']+(?: [A-Z][\w']+)*", sent):
                        if m.group() not in q and m.start() > 1:
                            return m.group()
            return ""

        return {"title of the best passage": lambda q: best(q, 1)[0].title,
                "title of the second best passage": lambda q: best(q, 2)[-1].title,
                "first year in the best two passages": first_year,
                "first capitalised phrase not in the question": first_name,
                "always yes": lambda q: "yes"}

    def show(self, n, style, seed):
        for q in random.Random(seed).sample(self.items[self.styles[style]], n):
            context = dict(q["context"])
            print("Q:", q["question"], "\nA:", q["answer"])
            for t, i in q["supporting_facts"]:
                print("   [%s]" % t, context[t][i].strip())


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--seed", type=int, default=SEED)
    ap.add_argument("--check", action="store_true", help="compare with the files in this folder")
    ap.add_argument("--stats", action="store_true", help="print counts and trivial scores; write nothing")
    ap.add_argument("--show", type=int, metavar="N", help="print N random questions; write nothing")
    ap.add_argument("--alt", action="store_true", help="--show the alternative phrasings")
    ap.add_argument("--pick", type=int, default=0, help="random seed of --show")
    args = ap.parse_args()
    atlas = Atlas(args.seed)
    if args.stats:
        atlas.stats(sys.stdout)
    if args.show:
        atlas.show(args.show, int(args.alt), args.pick)
    if args.stats or args.show:
        return 0
    differs = []
    for name, text in sorted(atlas.files().items()):
        path = os.path.join(HERE, name)
        data = text.encode("utf-8")
        if args.check:
            try:
                with open(path, "rb") as f:
                    same = f.read() == data
            except OSError:
                same = False
            if not same:
                differs.append(name)
        else:
            with open(path, "wb") as f:
                f.write(data)
    for name in differs:
        print("differs: " + name, file=sys.stderr)
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
