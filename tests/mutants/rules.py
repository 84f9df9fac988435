"""Faults of rules and questions: every maker gives all faults of its kind in a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from flows.knowledge.loader import Knowledge
from flows.rules.fields import Kind
from tests.mutants.source import Change, Source, cleared

# --- rules ----------------------------------------------------------------------------------------------------------

_ROW = r"\s+- (\{)?(id|value|gate): "
_CONDITION = r"when|unless|never|asked|applies| and | or |^\s+(done|open|not|\(|[a-z_.]+ (=|in|has|<|>))"


def _rows(source: Source) -> list[tuple[int, int]]:
    return source.blocks(_ROW)


def drop_rule(source: Source) -> Iterator[Change]:
    """A row is gone."""
    for block in _rows(source):
        yield cleared(block), source.lines[block[0] - 1].strip()[:60]


def swap_rows(source: Source) -> Iterator[Change]:
    """Two rows that follow each other have changed places."""
    for one, other in pairwise(_rows(source)):
        if one[1] + 1 == other[0] and source.text(one) != source.text(other):
            texts = [*source.lines[other[0] - 1 : other[1]], *source.lines[one[0] - 1 : one[1]]]
            yield tuple(enumerate(texts, one[0])), source.lines[one[0] - 1].strip()[:40]


def move_cut(source: Source) -> Iterator[Change]:
    """A cut-off stands one step too high or too low."""
    for sign in (1, -1):
        def moved(found: re.Match[str], sign: int = sign) -> str | None:
            name = found["name"].split()[-1]
            field = source.knowledge.fields.get(name)
            if field is None:
                return None
            step = 1.0 if field.core.kind is Kind.COUNT or name.endswith(("percent", "years")) else 0.1
            return f"{found['name']} {found['op']} {float(found['cut']) + sign * step:g}"

        yield from source.substituted(r"(?P<name>[a-z_0-9 +]*[a-z_0-9]+) (?P<op>[<>]=?) (?P<cut>\d+(?:\.\d+)?)(?![.\d])", moved)


def swap_strict(source: Source) -> Iterator[Change]:
    """A cut-off belongs to the other side."""
    other = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
    yield from source.substituted(r"(?<= )[<>]=?(?= [a-z\d])", lambda found: other[found.group()])


def turn_sign(source: Source) -> Iterator[Change]:
    """Less is more."""
    other = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    yield from source.substituted(r"(?<= )[<>]=?(?= [a-z\d])", lambda found: other[found.group()])


def drop_option(source: Source) -> Iterator[Change]:
    """A list of words has lost one."""
    for match, group in _lists(source):
        for word in group:
            rest = ", ".join(other for other in group if other != word)
            yield from _replaced(source, match, f"({rest})")


def swap_option(source: Source) -> Iterator[Change]:
    """Another option stands where one stood."""
    for number, line in enumerate(source.lines, 1):
        for found in re.finditer(r"(?P<name>[a-z_0-9.]+) (?P<op>!?=) (?P<word>[A-Za-z_0-9]+)", line):
            words = _words(source.knowledge, found["name"])
            if found["word"] in words:
                other = words[(words.index(found["word"]) + 1) % len(words)]
                changed = f"{found['name']} {found['op']} {other}"
                yield ((number, line[: found.start()] + changed + line[found.end() :]),), f"{found.group()} -> {changed}"
    for (number, start, end, name), group in _lists(source):
        outside = [word for word in _words(source.knowledge, name) if word not in group]
        if outside:
            yield from _replaced(source, (number, start, end, name), f"({', '.join((outside[0], *group[1:]))})")


def widen_option(source: Source) -> Iterator[Change]:
    """A list of words has one more."""
    for (number, start, end, name), group in _lists(source):
        outside = [word for word in _words(source.knowledge, name) if word not in group]
        if outside and outside[-1] != "none":
            yield from _replaced(source, (number, start, end, name), f"({', '.join((*group, outside[-1]))})")


def _lists(source: Source) -> Iterator[tuple[tuple[int, int, int, str], list[str]]]:
    for number, line in enumerate(source.lines, 1):
        for found in re.finditer(r"(?P<name>[a-z_0-9.{}]+) (?:in|has any|has only) (?P<list>\([A-Za-z_0-9, ]+\))", line):
            group = [word.strip() for word in found["list"].strip("()").split(",")]
            if len(group) > 1 or "has" in found.group():
                yield (number, found.start("list"), found.end("list"), found["name"]), group


def _replaced(source: Source, match: tuple[int, int, int, str], text: str) -> Iterator[Change]:
    number, start, end, _ = match
    line = source.lines[number - 1]
    if text != "()":
        yield ((number, line[:start] + text + line[end:]),), f"{line[start:end]} -> {text}"[:90]


def _words(knowledge: Knowledge, name: str) -> list[str]:
    if name in knowledge.fields:
        return list(knowledge.fields[name].core.options)
    if name in knowledge.base.facts:
        return sorted({str(row.value) for row in knowledge.base.facts[name].rows})
    top = name.partition(".")[0]
    return ["absent", *knowledge.fields[top].core.options] if top in knowledge.fields else []


def negate(source: Source) -> Iterator[Change]:
    """A condition says its opposite, or knows for sure what was only not ruled out."""
    pairs = {" = ": " != ", " != ": " = ", "not sure(": "sure(", "possible(": "(", "unknown(": "(", "open ": "done ", "done ": "open ", "empty ": "not empty "}
    pairs |= {" not has ": " has ", "not ": ""}
    pattern = "|".join(re.escape(word) for word in sorted(pairs, key=len, reverse=True))
    for number, line in enumerate(source.lines, 1):
        begin = line.find('when: "')
        inside = line[begin:] if begin >= 0 else (line if re.match(r"^\s+[(a-z].*( and | or |=|has)", line) and ":" not in line else "")
        offset = len(line) - len(inside)
        for found in re.finditer(pattern, inside):
            at = offset + found.start()
            yield ((number, line[:at] + pairs[found.group()] + line[at + len(found.group()) :]),), f"{found.group().strip()} -> {pairs[found.group()].strip() or '-'}"


def join_otherwise(source: Source) -> Iterator[Change]:
    """'and' for 'or', 'or' for 'and'."""
    for number, line in enumerate(source.lines, 1):
        begin = line.find('when: "')
        inside = line[begin:] if begin >= 0 else (line if re.match(r"^\s+(and |or |[(a-z].*( and | or ))", line) and ":" not in line else "")
        offset = len(line) - len(inside)
        for found in re.finditer(r"\b(and|or)\b", inside):
            other = {"and": "or", "or": "and"}[found.group()]
            yield ((number, line[: offset + found.start()] + other + line[offset + found.end() :]),), f"{found.group()} -> {other}"


def change_value(source: Source) -> Iterator[Change]:
    """A row says another value of its fact."""
    fact = ""
    for number, line in enumerate(source.lines, 1):
        head = re.match(r"- (fact|treatment): (\S+)", line)
        if head:
            fact = f"treatment.{head[2]}" if head[1] == "treatment" else head[2]
        if line.lstrip().startswith("cautions:"):
            fact = fact.replace("treatment.", "cautions.")
        found = re.search(r'value: ("?)([^,"}\s]+)\1', line)
        if found and fact in source.knowledge.base.facts:
            words = _words(source.knowledge, fact)
            if found[2] in words and len(words) > 1:
                other = words[(words.index(found[2]) + 1) % len(words)]
                quoted = f'"{other}"' if other in ("yes", "no", "on", "off") else other
                yield ((number, line[: found.start()] + f"value: {quoted}" + line[found.end() :]),), f"{found[2]} -> {other}"


def remove_citation(source: Source) -> Iterator[Change]:
    """One source less."""
    def fewer(found: re.Match[str]) -> str:
        return f"{found[1]}[{', '.join(found[2].split(', ')[1:])}]"

    def fewer_at_end(found: re.Match[str]) -> str | None:
        names = found[2].split(", ")
        return f"{found[1]}[{', '.join(names[:-1])}]" if len(names) > 1 else None

    for change in (fewer, fewer_at_end):
        yield from source.substituted(r"(cite: |evidence_gap: )\[([^\]]+)\]", change)


def other_citation(source: Source) -> Iterator[Change]:
    """The source next to the right one."""
    def other(found: re.Match[str]) -> str:
        names = found[2].split(", ")
        return f"{found[1]}[{', '.join((source.neighbours.get(names[0], names[0]), *names[1:]))}]"

    yield from source.substituted(r"(cite: |evidence_gap: )\[([^\]]+)\]", other)


def change_layer(source: Source) -> Iterator[Change]:
    """A rule claims to stand nearer to the review than it does, or further from it."""
    other = {"review": "settled", "settled": "review", "borrowed": "review", "later": "borrowed"}
    yield from source.substituted(r"(?<=layer: )[a-z]+", lambda found: other[found.group()])


def drop_reason(source: Source) -> Iterator[Change]:
    """A verdict has lost its reason, or a contradiction the answers to look at."""
    yield from source.substituted(r"(?<!\w)(reasons|parts): \[[^\]]*\](, )?", lambda _: "")


def other_reason(source: Source) -> Iterator[Change]:
    """Another reason than the right one."""
    reasons = sorted({reason for fact in source.knowledge.book.facts for row in fact.rows for reason in row.reasons})

    def other(found: re.Match[str]) -> str | None:
        words = found[1].split(", ")
        return f"reasons: [{reasons[(reasons.index(words[0]) + 1) % len(reasons)]}]" if words[0] in reasons else None

    yield from source.substituted(r"reasons: \[([^\]]*)\]", other)


def fewer_parts(source: Source) -> Iterator[Change]:
    """One answer less to look at again."""
    yield from source.substituted(r"parts: \[[^,\]]+, ", lambda _: "parts: [")


def gather_otherwise(source: Source) -> Iterator[Change]:
    """Reasons of like verdicts are not gathered, or an order is turned."""
    yield from source.substituted(r"gather: \[[^\]]+\]", lambda _: "gather: []")
    yield from source.substituted(r"order: \[([^\]]+)\]", lambda found: f"order: [{', '.join(reversed(found[1].split(', ')))}]")
    yield from source.substituted(r"^\s+fallback: \S+", lambda _: "")


# --- questions --------------------------------------------------------------------------------------------------------


def drop_condition(source: Source) -> Iterator[Change]:
    """A question is asked of everybody."""
    yield from source.substituted(r"^\s+(asked|applies): .*$", lambda _: "")


def swap_labels(source: Source) -> Iterator[Change]:
    """Two options have changed their wordings."""
    options = re.compile(r"(\s+- \{id: )([^,]+)(, .*\})$")
    for number, (one, other) in enumerate(pairwise(source.lines), 1):
        mine, theirs = options.match(one), options.match(other)
        if mine and theirs:
            yield ((number, f"{mine[1]}{mine[2]}{theirs[3]}"), (number + 1, f"{theirs[1]}{theirs[2]}{mine[3]}")), f"{mine[2]} <-> {theirs[2]}"


def lose_option(source: Source) -> Iterator[Change]:
    """An option cannot be chosen any more."""
    yield from source.substituted(r"^\s+- \{id: [^,]+, en: .*\}$", lambda _: "")


def lose_key(source: Source) -> Iterator[Change]:
    """A question has lost its limits, its unit or a form of answer."""
    yield from source.substituted(r"^\s+(limits|unit|units|not_done|forms|above_low): .*$", lambda _: "")
    yield from source.substituted(r"(?<=limits: \[)[\d.]+, [\d.]+", lambda found: f"{found.group()}0")


def lose_question(source: Source) -> Iterator[Change]:
    """A question is gone."""
    for block in source.blocks(r"- id: "):
        yield cleared(block), source.lines[block[0] - 1]


def other_stage(source: Source) -> Iterator[Change]:
    """A question stands in another stage."""
    stages = list(source.knowledge.stages)
    yield from source.substituted(r"(?<=  stage: )\S+", lambda found: stages[(stages.index(found.group()) + 1) % len(stages)])


def shorten_path(source: Source) -> Iterator[Change]:
    """A goal asks for one question less."""
    if source.file == "paths.yaml":
        for number, line in enumerate(source.lines, 1):
            if line.startswith("#"):  # "A" is a word there
                continue
            for found in re.finditer(r"(, )?\b[A-I]\d?\b", line):
                yield ((number, line[: found.start()] + line[found.end() :].replace("[, ", "[")),), found.group()
