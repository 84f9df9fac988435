"""Writes a condition as the rule files spell it."""

from __future__ import annotations

from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some


def spelt(tree: Expression) -> str:
    """The text of a condition; parsing it gives the same condition again."""
    match tree:
        case Constant(value):
            return "always" if value else "never"
        case Every(parts):
            return " and ".join(f"({spelt(part)})" if isinstance(part, Every | Some) else spelt(part) for part in parts)
        case Some(parts):
            return " or ".join(f"({spelt(part)})" if isinstance(part, Some) else spelt(part) for part in parts)
        case Not(Is(name, (word,))):
            return f"{name} != {word}"
        case Not(part):
            return f"not ({spelt(part)})" if isinstance(part, Every | Some | Not) else f"not {spelt(part)}"
        case Mode(mode, part):
            return f"{mode}({spelt(part)})"
        case Is(name, words):
            return f"{name} = {words[0]}" if len(words) == 1 else f"{name} in ({', '.join(words)})"
        case Has(name, words, only, beside):
            left_out = f" except ({', '.join(beside)})" if beside else ""
            return f"{name} has {'only' if only else 'any'} ({', '.join(words)}){left_out}"
        case Compare(names, sign, cut, other):
            return f"{' + '.join(names)} {sign} {other or format(cut, 'g')}"
        case Ask(predicate, name):
            return f"{predicate} {name}"
