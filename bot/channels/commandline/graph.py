"""`graph`: the state table as a diagram."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from flows.dialog.stages import mermaid

PICTURES = (".svg", ".png")


def graph(out: TextIO, path: Path | None = None) -> None:
    """Prints the diagram as Mermaid text, or draws it into ``path`` (.svg or .png).

    Raises:
        ValueError: the path ends in something else.
        OSError: it cannot be written.
    """
    if path is None:
        out.write(mermaid())
        return
    if path.suffix.lower() not in PICTURES:
        raise ValueError(path.suffix)
    if not path.parent.is_dir():  # drawing takes seconds: say at once that its place is missing
        raise FileNotFoundError(path.parent)
    import mermaidx  # draws without a browser; the engine inside takes a moment to load, so only where a picture is wanted

    mermaidx.render(mermaid()).save(str(path))
