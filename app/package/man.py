#!/usr/bin/env python3
"""Manual pages and the completion for bash, made from the programs' own --help.

    man.py FOLDER VERSION PROGRAM…    writes FOLDER/NAME.1 of each program, and FOLDER/NAME.bash of one with subcommands
"""

import pathlib
import re
import subprocess
import sys

# A line of an option or a subcommand: two spaces, its names, and either two more spaces and the text, or the text below.
ENTRY = re.compile(r"^  (\S.*?)(?:\s{2,}(\S.*))?$")
SUMMARY = {"rbm": "train, evaluate and sample Restricted Boltzmann Machines", "rbm-mpi": "train, evaluate and sample Restricted Boltzmann Machines by several processes", "rbm-lab": "watch a Restricted Boltzmann Machine learn"}
TOKENS = r"--[a-z0-9][a-z0-9-]*"


def help_of(*words):
    return subprocess.run([*words, "--help"], capture_output=True, text=True, check=True).stdout


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text)


def page_of(text):
    """The body of a manual page from a help text: headings, paragraphs, and entries with what they do."""
    out = []
    for line in text.splitlines():
        entry = ENTRY.match(line)
        if not line.strip():
            continue
        if re.match(r"^[A-Z][\w ]*:$", line):
            out.append(f".SS {line[:-1]}")
        elif entry and not line.startswith("    "):
            out += [".TP", f"\\fB{roff(entry.group(1))}\\fR"]
            if entry.group(2):
                out.append(roff(entry.group(2)))
        elif line.startswith("    "):
            out.append(roff(line.strip()))
        else:
            out += [".PP", roff(line)]
    return out


def subcommands_of(text):
    found = re.search(r"^Subcommands:\n((?:  .*\n?|\n)*)", text, re.MULTILINE)
    return re.findall(r"^  (\w[\w-]*)", found.group(1), re.MULTILINE) if found else []


def page(name, version, text, parts):
    out = [f'.TH {name.upper().replace("-", chr(92) + "-")} 1 "" "RBM Lab {version}" "User commands"', ".SH NAME",
           f"{roff(name)} \\- {SUMMARY[name]}", ".SH DESCRIPTION", *page_of(text)]
    for part, part_text in parts.items():
        out += [f".SH {roff(f'{name} {part}').upper()}", *page_of(part_text)]
    return "\n".join(out) + "\n"


def completion(name, text, parts):
    cases = "".join(f"    {part}) words='{' '.join(sorted(set(re.findall(TOKENS, part_text))))}' ;;\n" for part, part_text in parts.items())
    own = " ".join([*parts, *sorted(set(re.findall(TOKENS, text)))])
    function = "_" + name.replace("-", "_")
    return f"""# bash completion of {name}, made from its --help
{function}() {{
  local words current=${{COMP_WORDS[COMP_CWORD]}}
  case ${{COMP_WORDS[1]}} in
{cases}    *) words='{own}' ;;
  esac
  ((COMP_CWORD == 1)) && words='{own}'
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F {function} {name}
"""


def main(folder, version, *programs):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for program in programs:
        name = pathlib.Path(program).name
        text = help_of(program)
        parts = {part: help_of(program, part) for part in subcommands_of(text)}
        (folder / f"{name}.1").write_text(page(name, version, text, parts), encoding="utf-8")
        (folder / f"{name}.bash").write_text(completion(name, text, parts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
