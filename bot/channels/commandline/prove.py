"""`prove`: proves the rules over all answers and the messages over every rule, and prints a certificate."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib.metadata import version
from math import log10
from pathlib import Path
from typing import Any, TextIO

from bot.channels.commandline import speech
from bot.render.counterexamples import example
from bot.render.markup import plain
from bot.render.renderer import TELEGRAM_PAGE, TEMPLATES, TemplateRenderer, Voice
from flows.knowledge.loader import ROOT, Knowledge, load
from flows.proofs import screens
from flows.proofs.certificate import Certificate, Claim, Finding, Method, Origin, as_data, digest, together
from flows.proofs.claims import Job, Profile, jobs, settle
from flows.proofs.space import Patient

DONE, BROKEN = 0, 1
DISTRIBUTION = "phnen-bot"
READABLE = 10**6
ROBOT = "phnen_example_bot"
GROUP = 8


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the knowledge and the templates are."""

    knowledge: Path = ROOT
    templates: Path = TEMPLATES


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: how much is proved, the language of what is printed, and the files to write, if any."""

    profile: Profile
    language: str
    data: Path | None = None
    page: Path | None = None


def prove(wish: Wish, out: TextIO, today: date, folders: Folders | None = None) -> int:
    """Proves everything and prints the certificate; returns 1 where a claim is refuted, else 0.

    Raises:
        KnowledgeError: the knowledge, or its laws, cannot be read.
        OSError: a file cannot be written.
    """
    places = folders or Folders()
    certificate = certified(wish.profile, today, places)
    if wish.data is not None:
        wish.data.write_text(json.dumps(as_data(certificate), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    markup = page(certificate, wish.language, places)
    if wish.page is not None:
        wish.page.write_text(markup if wish.page.suffix == ".html" else plain(markup) + "\n", encoding="utf-8")
    out.write(plain(markup) + "\n")
    return DONE if certificate.holds else BROKEN


def certified(profile: Profile, today: date, folders: Folders) -> Certificate:
    """Every claim, settled over as many processes as there are processors; ``today`` is put on the certificate."""
    knowledge = load(folders.knowledge)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        # the longest stand last: none may be left alone at the end
        rules = [pool.submit(_settled, folders, job, profile) for job in reversed(jobs(knowledge))]
        messages = [pool.submit(one) for one in _speaking(knowledge, folders, profile)]
        parts = [future.result() for future in (*reversed(rules), *messages)]
    seal = digest(folders.knowledge, folders.templates)
    return Certificate(Origin(seal, knowledge.version, version(DISTRIBUTION), profile.name, today), together(parts))


# --- work of one process --------------------------------------------------------------------------------------------

_LOADED: dict[Path, Knowledge] = {}
_RENDERERS: dict[Folders, TemplateRenderer] = {}


def _known(folders: Folders) -> Knowledge:
    """The knowledge; loaded once in every process."""
    if folders.knowledge not in _LOADED:
        _LOADED[folders.knowledge] = load(folders.knowledge)
    return _LOADED[folders.knowledge]


def _renderer(folders: Folders) -> TemplateRenderer:
    if folders not in _RENDERERS:
        _RENDERERS[folders] = TemplateRenderer(_known(folders), TELEGRAM_PAGE, folders.templates)
        _RENDERERS[folders].use_links(ROBOT)
    return _RENDERERS[folders]


def _settled(folders: Folders, job: Job, profile: Profile) -> Claim:
    start = time.perf_counter()
    return replace(settle(_known(folders), job, profile), seconds=time.perf_counter() - start)


def _speaking(knowledge: Knowledge, folders: Folders, profile: Profile) -> Iterator[Callable[[], Claim]]:
    """The claim on messages in parts: the screens of some patients, of some questions, and of everybody."""
    found = screens.patients(knowledge)
    chosen = found if profile.patients is None else found[: profile.patients]
    method = Method.ENUMERATED if len(chosen) == len(found) else Method.SAMPLED
    fields = list(knowledge.fields)
    yield from (partial(_of_patients, folders, group, method) for group in _groups(chosen))
    yield from (partial(_of_questions, folders, group, method) for group in _groups(fields))
    yield partial(_of_everybody, folders, method, {"patients": len(chosen), "patients_whole": len(found)})


def _groups(whole: Any) -> Iterator[Any]:
    return (whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def _of_patients(folders: Folders, patients: Iterable[Patient], method: Method) -> Claim:
    start, findings, count = time.perf_counter(), list[Finding](), 0
    for patient in patients:
        replies = list(screens.of_patient(_known(folders), patient))
        count += len(replies)
        findings += speech.faults(replies, _renderer(folders), patient)
    return Claim("screens", method, count, count, time.perf_counter() - start, tuple(findings))


def _of_questions(folders: Folders, fields: Iterable[str], method: Method) -> Claim:
    start, replies = time.perf_counter(), list(screens.of_questions(_known(folders), fields))
    findings = tuple(speech.faults(replies, _renderer(folders)))
    return Claim("screens", method, len(replies), len(replies), time.perf_counter() - start, findings)


def _of_everybody(folders: Folders, method: Method, figures: Mapping[str, int]) -> Claim:
    start, replies = time.perf_counter(), list(screens.of_everybody(_known(folders)))
    findings = tuple(speech.faults(replies, _renderer(folders)))
    return Claim("screens", method, len(replies), len(replies), time.perf_counter() - start, findings, figures)


# --- the page ---------------------------------------------------------------------------------------------------------


def page(certificate: Certificate, language: str, folders: Folders) -> str:
    """The certificate in words, as a page that stands by itself."""
    knowledge, data = load(folders.knowledge), as_data(certificate)
    for claim, told in zip(certificate.claims, data["claims"], strict=True):
        told["size"] = str(claim.regions) if claim.regions < READABLE else ""
        told["power"] = int(log10(claim.regions)) if claim.regions else 0
        told["counter_examples"] = [example(claim.id, finding, knowledge) for finding in claim.findings]
    return Voice(knowledge, language, folders.templates).say("prove.page", certificate=data)
