#include "vocabulary.h"

#include <string.h>

#include "str.h"

/* More specific tasks stand after the general ones only for the reader's sake: where two match at
 * one place the longer match wins. */
static const struct instruction_entry entries[INSTRUCTION_COUNT] = {
    [INSTRUCTION_ANSWER] = { "answer", "Answer the question.",
        "The default task: an answer out of the passages; without passages a guess from the "
        "question's own options, else "
        "`unknown`.",
        INSTRUCTION_TASK, GROUP_TASK,
        { "answer|answering ~ question|questions",
            "give|find|provide|return|output ~ answer ~ to ~ question" } },
    [INSTRUCTION_WRITE_QUERY] = { "write-query", "Write a search query for the question.",
        "The output is the question's key words: names, quoted titles, rare words, without the "
        "question words.",
        INSTRUCTION_TASK, GROUP_TASK,
        { "write|compose|formulate|generate|produce|create|output|make|return ~ "
          "query|queries|keywords",
            "turn|rewrite|convert ~ question ~ into ~ query|keywords",
            "key words of the question" } },
    [INSTRUCTION_QUERY_BRIDGE] = { "query-bridge",
        "Write a search query for the bridge entity found in the passages, with what is still "
        "asked about it.",
        "Reads question and passages, finds the entity that leads on, and gives its name with the "
        "words of the question "
        "that are still open.",
        INSTRUCTION_TASK, GROUP_TASK,
        { "write|compose|formulate|generate|produce|create|output|make ~ query|queries ~ "
          "bridge|intermediate|linking",
            "write|compose|formulate|generate|produce|create ~ second|next|follow-up|followup ~ "
            "query",
            "write|compose|formulate|generate|produce|create ~ query|queries ~ next|missing ~ "
            "entity|hop|passage|page" } },
    [INSTRUCTION_NAME_BRIDGE] = { "name-bridge", "Name the bridge entity.",
        "The output is only the name of the entity to look up next.", INSTRUCTION_TASK, GROUP_TASK,
        { "name|identify|output|find|give|state|return|disambiguate ~ bridge|intermediate|linking "
          "entity|name",
            "name|identify ~ entity ~ look|looked|search ~ next",
            "resolve|disambiguate ~ entity|entities" } },
    [INSTRUCTION_VERIFY] = { "verify",
        "Verify the draft answer against the passages and correct it.",
        "Compares the draft in another section with its own reading: keeps it where it is a "
        "well-formed answer that the "
        "passages carry, else gives its own.",
        INSTRUCTION_TASK, GROUP_TASK,
        { "verify|check|validate|double-check ~ answer|draft",
            "correct|revise ~ draft|proposed ~ answer",
            "answer|draft ~ verified|checked|validated ~ against ~ "
            "passages|passage|evidence|text" } },
    [INSTRUCTION_COMPARE_OPTIONS] = { "compare-options", "List the compared value of each option.",
        "For a comparison: one line an option, `name: value` (a date, a number, or its first "
        "sentence).",
        INSTRUCTION_TASK, GROUP_TASK,
        { "list|state|extract|write|output|give ~ compared ~ of each|both ~ "
          "option|options|candidate|candidates|entities",
            "list|state|extract|write|output|give ~ attribute|value|values ~ each|both ~ "
            "option|options|entity|entities" } },
    [INSTRUCTION_EXTRACT_FACTS] = { "extract-facts", "Extract the facts that the question needs.",
        "The output is the best matching sentences as passage lines, which a later step reads as "
        "passages.",
        INSTRUCTION_TASK, GROUP_TASK,
        { "extract|select|collect|quote|pick|keep ~ facts|evidence|sentences|passages|statements",
            "list ~ relevant|supporting ~ facts|evidence|sentences",
            "only the relevant sentences|passages|facts" } },
    [INSTRUCTION_SUMMARISE] = { "summarise", "Summarise the passages.",
        "The output is the first sentence of each passage as passage lines.", INSTRUCTION_TASK,
        GROUP_TASK,
        { "summarise|summarize ~ passages|passage|text|documents|paragraphs|results|evidence|facts",
            "write|give ~ summary" } },
    [INSTRUCTION_COPY] = { "copy", "Pass the input on unchanged.",
        "The output is one section as it is: the one that is named (`pass on the section NAME "
        "unchanged`), else the last.",
        INSTRUCTION_TASK, GROUP_TASK,
        { "pass ~ on", "copy|repeat|return|forward|echo|output ~ unchanged|verbatim|unmodified",
            "copy|repeat|forward ~ section|input|text" } },
    [INSTRUCTION_TITLE] = { "title", "Answer with the title of the supporting passage.",
        "The answer is the title of the passage that fits the question best.", INSTRUCTION_TASK,
        GROUP_TASK,
        { "answer|respond|reply|output|give|return ~ title|titles of ~ "
          "passage|passages|page|document|article" } },

    [INSTRUCTION_SHORTEST_SPAN] = { "shortest-span", "Give the shortest exact answer span.",
        "A name, date, number or phrase out of the sentence instead of the whole sentence.",
        INSTRUCTION_FORM, GROUP_LENGTH,
        { "shortest|briefest|minimal|short ~ span|answer|answers|phrase|words",
            "concise|brief|exact|precise ~ span|answer|answers|phrase|words",
            "only|just|nothing ~ the answer|span|name|phrase|entity",
            "as short|concise|brief as possible", "answer ~ briefly|concisely|succinctly|tersely",
            "keep ~ answer ~ short|brief|concise|minimal", "few|fewest words", "nothing else",
            "no longer than" } },
    [INSTRUCTION_FULL_SENTENCE] = { "full-sentence", "Answer in a full sentence.",
        "The whole sentence that holds the answer.", INSTRUCTION_FORM, GROUP_LENGTH,
        { "full|complete|whole|entire sentence|sentences", "in a sentence", "in sentences" } },
    [INSTRUCTION_YES_NO] = { "yes-no", "Answer yes or no when the question asks for it.",
        "`Is/are/do/was … ?` is answered `yes` or `no` by looking each part up.", INSTRUCTION_FORM,
        GROUP_NONE, { "yes or no", "yes no question|questions", "yes and no" } },
    [INSTRUCTION_ENTITY_TYPE] = { "entity-type",
        "Answer with exactly the kind of thing that the question asks for.",
        "The broad type of the question word: who gives persons, when dates, where places, how "
        "many numbers.",
        INSTRUCTION_FORM, GROUP_NONE,
        { "kind|type|sort of ~ question|asked|wanted|requested|answer", "who ~ person",
            "expected answer type", "answer ~ right|correct|expected|matching type|kind" } },
    [INSTRUCTION_NUMBER_DIGITS] = { "number-digits", "Write numbers in digits.",
        "A number is given in digits alone, without its unit; number words become digits.",
        INSTRUCTION_FORM, GROUP_NONE,
        { "number|numbers ~ digits|numerals|figures", "digits|numerals only",
            "only digits|numerals", "number without ~ unit" } },
    [INSTRUCTION_NUMBER_UNIT] = { "number-unit", "Give a number together with its unit.",
        "A number keeps the noun or unit that follows it.", INSTRUCTION_FORM, GROUP_NONE,
        { "number|numbers|amount|quantity ~ with|and ~ unit|units",
            "keep|include|add ~ unit|units" } },
    [INSTRUCTION_YEAR_ONLY] = { "year-only", "Give only the year where a year is asked for.",
        "A full date is cut to its year when the question asks for a year.", INSTRUCTION_FORM,
        GROUP_DATE,
        { "only ~ year", "year only|alone", "just the year", "four-digit|four digit year" } },
    [INSTRUCTION_FULL_DATE] = { "full-date", "Give the full date with day, month and year.",
        "Of several dates that fit, a complete one is preferred, and a date is never cut to its "
        "year.",
        INSTRUCTION_FORM, GROUP_DATE,
        { "full|complete|exact|whole date|dates", "day , month ~ year", "day month ~ year" } },
    [INSTRUCTION_LOWER_CASE] = { "lower-case", "Write the answer in lower case.",
        "The output in small letters.", INSTRUCTION_FORM, GROUP_CASE,
        { "lower case|letters", "lowercase|lower-case", "small letters" } },
    [INSTRUCTION_UPPER_CASE] = { "upper-case", "Write the answer in upper case.",
        "The output in capital letters.", INSTRUCTION_FORM, GROUP_CASE,
        { "upper case|letters", "uppercase|upper-case", "capital|block letters", "all caps" } },
    [INSTRUCTION_CASE_AS_FOUND] = { "case-as-found", "Keep the spelling of the passage.",
        "The default: spelling and case as found. Undoes the two above.", INSTRUCTION_FORM,
        GROUP_CASE,
        { "keep|preserve|copy|use ~ spelling|case|capitalisation|capitalization|wording of|as ~ "
          "passage|passages|text|found",
            "as written|spelled|spelt in" } },
    [INSTRUCTION_UNKNOWN] = { "unknown",
        "Say unknown when the passages do not answer the question.",
        "`unknown` instead of a span that hardly shares a word with the question.",
        INSTRUCTION_FORM, GROUP_NONE,
        { "say|answer|reply|write|output|return|respond ~ unknown",
            "say|admit ~ not know|known" } },
    [INSTRUCTION_LIST] = { "list", "List all answers where several are asked for.",
        "Items joined by `and` or commas are kept together when the question asks in the plural "
        "(`which occupations`).",
        INSTRUCTION_FORM, GROUP_NONE,
        { "list|give|name|include all|every ~ answer|answers|items|names",
            "list ~ several|multiple", "separated by commas", "comma-separated" } },

    [INSTRUCTION_ONLY_PASSAGES] = { "only-passages", "Use only what the passages say.",
        "Only sections of passage lines are evidence, other texts are not; with no passages at all "
        "the answer is `unknown`.",
        INSTRUCTION_READING, GROUP_NONE,
        { "only ~ what ~ passages|paragraphs|documents|text say|says|state|states",
            "based|rely|relying only|solely|strictly",
            "only|solely|strictly ~ on|from the given|provided|retrieved ~ "
            "passages|paragraphs|text|context|evidence",
            "only the passages|paragraphs|context|evidence" } },
    [INSTRUCTION_ALL_PASSAGES] = { "all-passages", "Read all passages before you answer.",
        "Without it only the first four passages of each section are read.", INSTRUCTION_READING,
        GROUP_SCOPE,
        { "all|every|each|entire ~ "
          "passages|passage|paragraphs|paragraph|documents|context|results" } },
    [INSTRUCTION_RANK_PASSAGES] = { "rank-passages",
        "Rank the sentences by the rare words of the question.",
        "BM25 instead of the bare count of shared words: rare words and names weigh most, common "
        "ones nothing.",
        INSTRUCTION_READING, GROUP_NONE,
        { "rank|weigh|score|order|sort ~ sentences|passages|paragraphs|evidence",
            "rare|rarest|distinctive|specific|key words|terms|names ~ question" } },
    [INSTRUCTION_TITLE_SUBJECT] = { "title-subject",
        "Take the title of a passage as the subject of its sentences.",
        "A sentence is read with its passage's title, so that `he`, `it` and `the film` mean it.",
        INSTRUCTION_READING, GROUP_NONE,
        { "title ~ as|is ~ subject|topic",
            "pronoun|pronouns ~ refer|refers|mean|means|stand|resolve|title",
            "resolve ~ pronoun|pronouns|references|coreference" } },
    [INSTRUCTION_FOLLOW_BRIDGE] = { "follow-bridge",
        "Follow the bridge entity: use a name found in one passage to read another.",
        "Second hop: passages that are linked by name to one that the question describes count "
        "more; as an agent, a second "
        "search for the bridge entity.",
        INSTRUCTION_READING, GROUP_NONE,
        { "follow ~ bridge|link|links|entity|entities|chain|name",
            "connect|combine|link|join ~ passages|facts|paragraphs",
            "multi-hop|two-hop|multihop|second hop",
            "hop|reason across|by|over|through ~ passages|paragraphs",
            "found in one passage ~ another" } },
    [INSTRUCTION_TYPE_MATCH] = { "type-match",
        "Prefer a name that the passages describe with the noun the question asks for.",
        "`Which company …`: a name that a sentence calls a company; a title whose first sentence "
        "says so.",
        INSTRUCTION_READING, GROUP_NONE,
        { "prefer|choose|pick|select ~ name|entity|candidate|answer ~ "
          "describe|described|called|noun|kind|type",
            "match|matches|matching|fits|fit ~ noun|type|kind|category", "noun ~ question asks" } },
    [INSTRUCTION_COMPARE_VALUES] = { "compare-values",
        "For a comparison, look up the value of each option and compare them.",
        "Earlier/later, older/younger, more/less, both/same: the value of each option decides, not "
        "the first match.",
        INSTRUCTION_READING, GROUP_NONE,
        { "look ~ value|values|date|dates|attribute ~ each|both ~ option|options|entity|entities",
            "compare ~ value|values|dates|options|attributes|both|them|entities|numbers",
            "comparison|comparative question|questions" } },
    [INSTRUCTION_ALIASES] = { "aliases",
        "Treat an alias or a short form of a name as the same name.",
        "Surnames, initials, names in brackets and the forms after `known as` count as the name.",
        INSTRUCTION_READING, GROUP_NONE,
        { "alias|aliases|nickname|nicknames|abbreviation|abbreviations|acronym|acronyms",
            "short|other|alternative|different|variant forms|form|names|name|spellings of" } },

    [INSTRUCTION_VERBOSE] = { "verbose", "Explain your reasoning in the answer.",
        "The answer stands in a sentence about how it was found.", INSTRUCTION_HARMFUL,
        GROUP_LENGTH,
        { "explain|describe|show|include|give ~ "
          "reasoning|explanation|steps|thinking|thoughts|justification",
            "explain|justify ~ answer", "step by step", "in detail" } },
    [INSTRUCTION_FIRST_PASSAGE] = { "first-passage", "Use only the first passage.",
        "Every other passage is ignored.", INSTRUCTION_HARMFUL, GROUP_SCOPE,
        { "only ~ first|top passage|paragraph|result|document",
            "first|top passage|paragraph|result only|alone" } },
    [INSTRUCTION_HEDGE] = { "hedge", "Hedge the answer where you are not certain.",
        "Puts `It is possibly` before the answer.", INSTRUCTION_HARMFUL, GROUP_NONE,
        { "hedge", "express|state|mention|show ~ uncertainty|doubt|confidence",
            "say ~ possibly|perhaps|probably" } },
    [INSTRUCTION_CITE_SOURCE] = { "cite-source", "Cite the source of the answer.",
        "Adds `(source: TITLE)`.", INSTRUCTION_HARMFUL, GROUP_NONE,
        { "cite|mention|name|add|include|give|state ~ "
          "source|sources|citation|citations|reference|references",
            "cite ~ passage|passages" } },
    [INSTRUCTION_DROP_NUMBERS] = { "drop-numbers", "Leave out dates and numbers.",
        "Every word with a digit, and every month, is dropped from the output.",
        INSTRUCTION_HARMFUL, GROUP_NONE,
        { "leave|drop|remove|omit|strip|skip|delete|ignore ~ "
          "dates|numbers|digits|years|figures" } },
    [INSTRUCTION_LONGEST_SPAN] = { "longest-span",
        "Give the longest passage that could be the answer.",
        "The sentence with the one before and after it.", INSTRUCTION_HARMFUL, GROUP_LENGTH,
        { "longest|long|lengthy|extensive|comprehensive|detailed ~ "
          "answer|span|passage|phrase|response" } },
};

const struct instruction_entry *vocabulary_entry(enum instruction id)
{
    return &entries[id];
}

enum instruction vocabulary_find(const char *name)
{
    unsigned i = 0;

    while (i < INSTRUCTION_COUNT && strcmp(entries[i].name, name) != 0)
        i++;
    return (enum instruction)i;
}
