#include "word_lists.h"

#include <stddef.h>

// clang-format off
const char *const stop_words[] = {
    "i", "me", "my", "myself", "we", "our", "ours", "ourselves", "you", "your", "yours", "yourself",
    "yourselves", "he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its",
    "itself", "they", "them", "their", "theirs", "themselves", "what", "which", "who", "whom", "this",
    "that", "these", "those", "am", "is", "are", "was", "were", "be", "been", "being", "have", "has",
    "had", "having", "do", "does", "did", "doing", "a", "an", "the", "and", "but", "if", "or",
    "because", "as", "until", "while", "of", "at", "by", "for", "with", "about", "against", "between",
    "into", "through", "during", "before", "after", "above", "below", "to", "from", "up", "down",
    "in", "out", "on", "off", "over", "under", "again", "further", "then", "once", "here", "there",
    "when", "where", "why", "how", "all", "any", "both", "each", "few", "more", "most", "other",
    "some", "such", "no", "nor", "not", "only", "own", "same", "so", "than", "too", "very", "s", "t",
    "can", "will", "just", "don", "should", "now", "d", "ll", "m", "o", "re", "ve", "y", "ain",
    "aren", "couldn", "didn", "doesn", "hadn", "hasn", "haven", "isn", "ma", "mightn", "mustn",
    "needn", "shan", "shouldn", "wasn", "weren", "won", "wouldn", NULL
};

const char *const pronoun_words[] = {
    "i", "me", "we", "us", "you", "he", "him", "she", "her", "it", "they", "them", "my", "mine",
    "our", "ours", "your", "yours", "his", "hers", "its", "their", "theirs", "myself", "ourselves",
    "yourself", "yourselves", "himself", "herself", "itself", "themselves", "this", "that", "these",
    "those", "who", "whom", "whose", "which", "what", "whoever", "whomever", "whatever", "whichever",
    "anybody", "anyone", "anything", "everybody", "everyone", "everything", "nobody", "nothing",
    "somebody", "someone", "something", "each", "either", "neither", "both", "all", "some", "any",
    "none", NULL
};

const char *const person_names[] = {
    "Emma", "Liam", "Sophia", "Jackson", "Olivia", "Noah", "Ava", "Lucas", "Isabella", "Mason", "Mia",
    "Ethan", "Charlotte", "Alexander", "Amelia", "Benjamin", "Harper", "Leo", "Zoe", "Daniel",
    "Chloe", "Samuel", "Lily", "Matthew", "Grace", "Owen", "Abigail", "Gabriel", "Ella", "Jacob",
    "Scarlett", "Nathan", "Victoria", "Elijah", "Layla", "Nicholas", "Audrey", "David", "Hannah",
    "Christopher", "Penelope", "Thomas", "Nora", "Andrew", "Aria", "Joseph", "Claire", "Ryan",
    "Stella", "Jonathan", NULL
};

const char *const conjunction_words[] = { "and", "but", "for", "nor", "or", "so", "yet", NULL };

const char *const abbreviations[] = {
    "prof", "r.i", "g.k", "r.t", "tenn", "j.r", "chg", "s.c", "ph.d", "n.m", "messrs", "pa", "c.v",
    "inc", "r.a", "t", "r", "ct", "reps", "s.g", "t.j", "w.va", "a.c", "a.m", "s.a.y", "va", "ms",
    "d.c", "ltd", "a.s", "ft", "a.a", "jan", "w.r", "cos", "r.k", "mich", "u.n", "c", "d.h", "ill",
    "d.w", "h.c", "kan", "jr", "col", "corp", "p.m", "l.f", "rep", "dr", "fla", "sept", "u.s.a",
    "h.m", "r.h", "feb", "nov", "w", "ok", "sep", "g", "j.j", "i.m.s", "a.d", "j.c", "ave", "bros",
    "oct", "minn", "a.m.e", "n.y", "ky", "l", "u.k", "ariz", "n.d", "b.f", "sw", "l.a", "m.b.a",
    "yr", "calif", "h.f", "e.f", "j.p", "e.m", "p.a.m", "v", "st", "e.l", "a.g", "u.s", "l.p", "g.d",
    "wed", "ga", "adm", "ala", "colo", "tues", "okla", "f", "n", "cie", "b.v", "co", "f.j", "k", "e",
    "h", "n.h", "e.h", "s.s", "u.s.s.r", "c.i.t", "conn", "f.g", "p", "fri", "s.p.a", "a.h", "s.a",
    "dec", "s", "d", "n.j", "sr", "m.j", "g.f", "maj", "n.v", "lt", "ore", "wis", "m", "mr", "wash",
    "aug", "c.o.m.b", "nev", "mg", "vt", "sen", "j.k", "a.t", "mrs", "n.c", "j.b", "vs", "r.j",
    "w.c", "m.d.c", "w.w", "gen", NULL
};

const char *const sentence_starters[] = {
    "although", "but", "separately", "yet", "so", "indeed", "many", "both", "even", "nor",
    "meanwhile", "the", "most", "in", "these", "among", "nonetheless", "nevertheless", "sales",
    "under", "he", "some", "this", "they", "there", "while", "i", "since", "despite", "according",
    "thus", "instead", "if", "though", "moreover", "similarly", "however", "when", "it", NULL
};
// clang-format on
