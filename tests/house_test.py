#!/usr/bin/env python3
"""Reads the sources of core/ and app/ and fails where a function, a class or the trainer has grown too large, where
learning asks which method it runs, or where a view, a method or a kind of units is known in more files than the design
allows. Run by hand, `house_test.py --list` prints the longest functions and the largest classes."""

import collections
import os
import pathlib
import re
import sys
import unittest

SOURCE = pathlib.Path(os.environ.get("RBM_SOURCE", pathlib.Path(__file__).resolve().parent.parent))

MOST_LINES = 60         # of a function, from its name to its last brace
MOST_MEMBERS = 20       # of one class, whatever their access
MOST_TRAINER_LINES = 119

# Classes of more members, and why. What they hold is values that go together, not a state machine.
LARGE_CLASSES = {
    "TrainingSettings": "plain settings; each is one row of the table of settings",
}

# A method and a kind of units stand with their implementation and in the registry, and as defaults of plain values.
MOST_FILES_OF_A_VIEW = 3
MOST_FILES_OF_A_METHOD = 2
MOST_FILES_OF_A_UNIT = 3
MOST_FILES_OF_A_FORMAT = 2
DEFAULTS = {"core/learning/settings.hpp", "core/model/model.hpp"}
METHODS_ROOM = "core/learning/estimators/"
FORMATS_TABLE = "core/data/readers.hpp"
VIEWS_TABLE = "app/panels/views.cpp"
# Views are a panel's header, its source and a row; these panels stand in other places too, or answer keys of their own.
PLACES_OF_PANELS = {"app/panels/side_column.hpp", "app/panels/watch_panel.hpp", "app/panels/watch_panel.cpp",
                    "app/lab/lab_actions.cpp"}

# In sentences of the screen a line must not end between a number and its unit: "99\u00a0%".
SENTENCES = ("app/panels", "core/run")
BREAKABLE = re.compile(r'''^[^/\n]*"(?:\\.|[^"\\\n])*(?:%[.0-9+]*[dfg]|(?<!L)\d)\x20(?:%(?![a-z])|(?:nats|cm|MB|s)\b)''', re.MULTILINE)

TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<raw>R"(?P<end>[^(\s]*)\(.*?\)(?P=end)")
  | (?P<string>"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')
  | (?P<directive>^[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[\w.']|(?<=[eEpP])[+-])*)
  | (?P<mark>::|->|&&|\|\||[^\s\w])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

Token = collections.namedtuple("Token", "kind text line")
Function = collections.namedtuple("Function", "name first last")
Class = collections.namedtuple("Class", "name line members")


def tokens(text):
    """What a compiler reads, with lines: without comments and directives; strings lose what is in them."""
    out, line, at = [], 1, 0
    for found in TOKEN.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        kind = found.lastgroup if found.lastgroup != "end" else "raw"
        if kind in ("comment", "directive"):
            continue
        word = '""' if kind in ("string", "raw") else found.group()
        out.append(Token(kind, word, line))
    return out


def closing(all_tokens, at):
    """The index of the mark that closes the bracket at `at`."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    depth = 0
    for i in range(at, len(all_tokens)):
        if all_tokens[i].text in pairs:
            depth += 1
        elif all_tokens[i].text in pairs.values():
            depth -= 1
            if depth == 0:
                return i
    return len(all_tokens) - 1


def without_templates(words):
    """A declaration without what stands in its <…> and [[…]]; the name of an operator becomes one word."""
    out, depth, i = [], 0, 0
    while i < len(words):
        word = words[i]
        if word == "operator" and depth == 0:
            last = words.index("(", i + 2) if "(" in words[i + 2:] else len(words)
            out.append("".join(words[i:last]))
            i = last
            continue
        if word == "[" and words[i + 1:i + 2] == ["["]:
            i += words[i:].index("]") + 2
            continue
        if word == "<" and i > 0 and re.match(r"\w", words[i - 1]):
            depth += 1
        elif word == ">" and depth > 0:
            depth -= 1
        elif depth == 0:
            out.append(word)
        i += 1
    return out


def is_body(head):
    """Whether the brace after these words opens the body of a function; else it is a type, a table or a member that is
    initialized in braces."""
    words = without_templates(head)
    if "(" not in words or "=" in words[:words.index("(")]:
        return False
    depth, colon = 0, None
    for i, word in enumerate(words):
        depth += word in ("(", "[", "{")
        depth -= word in (")", "]", "}")
        if word == ":" and depth == 0 and colon is None and i > 0:
            colon = i
    # In a list of initializers a name before the brace is a member; the body follows a closed one.
    return colon is None or words[-1] in (")", "}")


def name_before(head):
    """The name of a function or a class from the words that stand before its brace."""
    words = without_templates(head)
    if words[:2] == ["template", "requires"]:
        words = words[3 + closing_word(words, 2) - 2:]
    if "(" in words:
        at = words.index("(")
        first = at - 1
        while first >= 2 and words[first - 1] in ("::", "~"):
            first -= 2 if words[first - 1] == "::" else 1
        return "".join(words[max(0, first):at])
    return words[-1] if words else ""


def closing_word(words, at):
    depth = 0
    for i in range(at, len(words)):
        depth += (words[i] == "(") - (words[i] == ")")
        if depth == 0:
            return i
    return len(words) - 1


class Reader:
    """Finds the functions and the classes of one source text."""

    def __init__(self, text):
        self.tokens = tokens(text)
        self.functions, self.classes = [], []
        self.scope(0, len(self.tokens), None)

    def scope(self, at, end, members):
        """Reads a namespace, or a class whose number of data members is counted in the list `members`."""
        head = at
        while at < end:
            text = self.tokens[at].text
            if text in ("(", "["):
                at = self.lambdas(at, closing(self.tokens, at))
            elif text == ";":
                self.declaration(head, at, members)
                head = at + 1
            elif text == ":" and self.tokens[at - 1].text in ("public", "private", "protected"):
                head = at + 1
            elif text == "{":
                last = closing(self.tokens, at)
                if self.block(head, at, last):
                    head = last + 1
                at = last
            at += 1

    def block(self, head, at, last):
        """What a brace opens. True if it ends the declaration, so that no semicolon has to follow."""
        words = [t.text for t in self.tokens[head:at]]
        plain = without_templates(words)
        if "namespace" in words or words[:1] == ["extern"] and '""' in words:
            self.scope(at + 1, last, None)
            return True
        if is_body(words):
            self.functions.append(Function(name_before(words), self.tokens[head].line, self.tokens[last].line))
            self.nested_classes(at + 1, last)
            return True
        if any(word in plain for word in ("class", "struct", "union")) and "=" not in plain and "enum" not in plain:
            self.type(plain, at, last)
            return False
        self.lambdas(at, last)
        return False

    def type(self, plain, at, last):
        at_key = max(i for i, word in enumerate(plain) if word in ("class", "struct", "union"))
        rest = [word for word in plain[at_key + 1:] if word not in ("alignas", "final")]
        members = []
        self.scope(at + 1, last, members)
        name = rest[0] if rest else ""
        self.classes.append(Class(name, self.tokens[at].line, members))

    def nested_classes(self, at, end):
        """Classes within the body of a function; their functions are lines of it."""
        while at < end:
            if self.tokens[at].text in ("class", "struct") and self.tokens[at - 1].text not in ("<", ",", "enum"):
                brace = at
                while brace < end and self.tokens[brace].text not in ("{", ";", ")", "="):
                    brace += 1
                if brace < end and self.tokens[brace].text == "{":
                    last = closing(self.tokens, brace)
                    functions = len(self.functions)
                    self.type([t.text for t in self.tokens[at:brace]], brace, last)
                    del self.functions[functions:]
                    at = last
            at += 1

    def lambdas(self, at, last):
        """Functions without a name within a table or an argument; returns the last token."""
        i = at
        while i <= last:
            if self.tokens[i].text == "{" and self.tokens[i - 1].text in (")", "const", "mutable", "noexcept"):
                end = closing(self.tokens, i)
                self.functions.append(Function("a lambda", self.tokens[i].line, self.tokens[end].line))
                i = end
            i += 1
        return last

    def declaration(self, head, end, members):
        """Counts what a statement in a class declares."""
        if members is None or head >= end:
            return
        words = self.drop_braces(head, end)
        if words[:1] and words[0] in ("using", "friend", "typedef", "static", "template", "enum", "static_assert"):
            return
        if words[:1] and words[0] in ("class", "struct", "union"):
            # Either a type that is only named, or its object after its brace.
            if "{}" not in words or words[-1] == "{}":
                return
            words = ["int"] + words[words.index("{}") + 1:]
        words = without_templates(words)
        names = 1
        depth, value = 0, False
        for i, word in enumerate(words):
            if word in ("(", "["):
                if word == "(" and depth == 0 and not value:
                    if words[i + 1] != "*" and words[i - 1] != ")":
                        return  # a function; what is left is a pointer to one
                depth += 1
            elif word in (")", "]"):
                depth -= 1
            elif depth == 0 and word == "=":
                value = True
            elif depth == 0 and word == ",":
                names += 1
                value = False
        members.extend([" ".join(words)] * names)

    def drop_braces(self, at, end):
        words = []
        while at < end:
            if self.tokens[at].text == "{":
                words.append("{}")
                at = closing(self.tokens, at)
            else:
                words.append(self.tokens[at].text)
            at += 1
        return words


def sources(*rooms, suffixes=(".cpp", ".hpp")):
    """(path from the top, text) of all sources under the rooms."""
    for room in rooms:
        for path in sorted((SOURCE / room).rglob("*")):
            if path.suffix in suffixes:
                yield path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8")


def long_functions(path, text, most=MOST_LINES):
    """One sentence for each function of a file that is too long."""
    for f in Reader(text).functions:
        if (length := f.last - f.first + 1) > most:
            yield f"{path}:{f.first}: {f.name} has {length} lines, more than {most}: split it into well named parts"


def large_classes(path, text, most=MOST_MEMBERS):
    for c in Reader(text).classes:
        if len(c.members) > most and c.name not in LARGE_CLASSES:
            yield f"{path}:{c.line}: {c.name} has {len(c.members)} members, more than {most}: group them into parts"


def files_with(pattern, *rooms):
    """The files under the rooms whose code, comments and includes aside, holds the pattern."""
    expression = re.compile(pattern)
    out = []
    for path, text in sources(*rooms):
        code = re.sub(r"//[^\n]*|^#include.*", "", text, flags=re.MULTILINE)
        if expression.search(code):
            out.append(path)
    return out


def enumerators(text, name):
    """The enumerators of `enum class name`."""
    found = re.search(r"enum class " + name + r"\b[^{;]*\{([^}]*)\}", text)
    if not found:
        return []
    body = re.sub(r"//[^\n]*", "", found.group(1))
    return [re.match(r"\s*(\w+)", part).group(1) for part in body.split(",") if part.strip()]


def enumerators_of(name):
    for _, text in sources("core", suffixes=(".hpp",)):
        if found := enumerators(text, name):
            return found
    return []


def panels_of_views():
    """The classes of the panels in the table of views."""
    text = (SOURCE / VIEWS_TABLE).read_text(encoding="utf-8")
    return sorted(set(re.findall(r"\b(\w+Panel)>", text)) - {"Panel"}), len(re.findall(r"\.id = ", text))


class Rooms(unittest.TestCase):
    maxDiff = None

    def test_no_function_is_longer_than_a_page(self):
        self.assertEqual([], [line for source in sources("core", "app") for line in long_functions(*source)])

    def test_no_class_has_more_members_than_a_reader_keeps_in_mind(self):
        self.assertEqual([], [line for source in sources("core", "app") for line in large_classes(*source)])

    def test_the_trainer_is_read_on_two_pages(self):
        lines = len((SOURCE / "core/learning/trainer.hpp").read_text(encoding="utf-8").splitlines())
        self.assertLessEqual(lines, MOST_TRAINER_LINES)


class Counts(unittest.TestCase):
    def test_learning_does_not_ask_which_method_it_runs(self):
        found = [path for path in files_with(r"\bMethod::\w", "core/learning")
                 if not path.startswith(METHODS_ROOM) and path not in DEFAULTS]
        self.assertEqual([], found)

    def test_a_method_is_known_in_its_own_file_and_the_registry(self):
        methods = enumerators_of("Method")
        self.assertTrue(methods, "there is no enum class Method in a header of core")
        for method in methods:
            found = set(files_with(rf"\bMethod::{method}\b", "core")) - DEFAULTS
            self.assertLessEqual(len(found), MOST_FILES_OF_A_METHOD, f"Method::{method} is known in {found}")

    def test_a_kind_of_visible_units_is_known_in_its_own_file_and_the_registry(self):
        kinds = enumerators_of("VisibleType")
        self.assertTrue(kinds, "there is no enum class VisibleType in a header of core")
        for kind in kinds:
            found = set(files_with(rf"\bVisibleType::{kind}\b", "core")) - DEFAULTS
            self.assertLessEqual(len(found), MOST_FILES_OF_A_UNIT, f"VisibleType::{kind} is known in {found}")

    def test_a_view_is_known_in_its_panel_and_the_table_of_views(self):
        panels, rows = panels_of_views()
        self.assertEqual(len(panels), rows, "a row of the table of views has no panel of its own")
        for panel in panels:
            own = re.sub(r"(?<!^)([A-Z])", r"_\1", panel).lower()
            found = [path for path in files_with(rf"\b{panel}\b", "app") if own in path or path not in PLACES_OF_PANELS]
            self.assertLessEqual(len(found), MOST_FILES_OF_A_VIEW, f"{panel} is known in {found}")

    def test_a_format_is_known_in_its_reader_and_the_table_of_formats(self):
        text = (SOURCE / FORMATS_TABLE).read_text(encoding="utf-8")
        readers = set(re.findall(r"\b\w+(?:_rows|_images|_file)\b(?=[,}(])", text[text.index("kFileFormats[]"):]))
        self.assertGreaterEqual(len(readers), 7)
        for reader in readers:
            found = set(files_with(rf"\b{reader}\b", "core", "app"))
            if reader == "cifar_images":  # the batches of CIFAR-10's own folder are put together where sources are chosen
                found -= {"core/data/dataset.cpp"}
            self.assertLessEqual(len(found), MOST_FILES_OF_A_FORMAT, f"{reader} is known in {found}")


class Reading(unittest.TestCase):
    """The reader itself, on text with known contents."""

    def functions(self, text):
        return [(f.name, f.last - f.first + 1) for f in Reader(text).functions]

    def members(self, text):
        return {c.name: len(c.members) for c in Reader(text).classes}

    def test_a_number_and_its_unit_stay_on_one_line(self):
        found = [f"{path.relative_to(SOURCE)}: {line.strip()}" for folder in SENTENCES
                 for path in sorted((SOURCE / folder).glob("*.cpp"))
                 for line in BREAKABLE.findall(path.read_text(encoding="utf-8"))]
        self.assertEqual([], found)

    def test_a_planted_long_function_is_found(self):
        body = "  ++x;\n" * 59
        self.assertEqual([], list(long_functions("a.cpp", "void f() {\n" + "  ++x;\n" * 58 + "}\n")))
        self.assertEqual(["a.cpp:1: A::f has 61 lines, more than 60: split it into well named parts"],
                         list(long_functions("a.cpp", "void A::f() {\n" + body + "}\n")))

    def test_functions_are_told_from_tables_types_and_initializers(self):
        self.assertEqual([("f", 3), ("A::A", 4), ("A::~A", 1), ("operator==", 1), ("g", 2), ("A::operator()", 2)],
                         self.functions("""
namespace a { namespace {
constexpr int kTable[] = {
  1, 2,
};
int f(int x = {}) {  // a brace in a comment {
  const char* s = "{"; return x + '{';
}
}
A::A(int n)
    : B{n}, c_{1, {2}}, d_(n) {
  go();
}
A::~A() {}
bool operator==(A, A) { return R"x({)x" != nullptr; }
template <class T> requires(sizeof(T) > 1) auto g(std::map<int, T> m) -> std::vector<T> {
  if (m.empty()) { return {}; } }
void A::operator()(int) const noexcept {
}
enum class E { A, B };
struct P;
}
"""))

    def test_a_long_lambda_in_a_table_is_a_function(self):
        text = "const auto kRows = std::to_array<Row>({\n{\"a\", [](int x) {\n" + "++x;\n" * 70 + "}},\n});\n"
        self.assertEqual([("a lambda", 72)], self.functions(text))

    def test_functions_of_a_class_are_found_and_those_of_a_local_class_belong_to_its_function(self):
        self.assertEqual([("f", 3), ("g", 1)], self.functions("""
struct A {
  int f() {
    struct L { int h() { return 1; } };
  }
  void g() const override {}
};
"""))

    def test_members_are_counted_however_they_are_declared(self):
        self.assertEqual({"A": 12, "In": 2}, self.members("""
struct A final : public B<int, 3> {
 public:
  A();
  explicit A(int x) : a_(x) {}
  static constexpr int kMost = 3;
  using T = std::map<int, int>;
  enum { kOne, kTwo };
  struct In { int x, y; };
  friend struct C;
  bool operator==(const A&) const = default;
 private:
  struct Impl;
  void f(int a, int b) const;
  std::vector<int> g(std::map<int, int> m);
  int a_ = 0, b_{1}, c_;
  std::map<std::string, double> d_;
  std::function<void(int, int)> e_;
  std::array<int, 3> g_{{1, 2, 3}};
  int h_[4] = {0, 0, 0, 0};
  const char *i_, *j_;
  void (*k_)(int);
  bool n_ = f(1, 2), o_;
};
"""))

    def test_a_planted_large_class_is_found(self):
        text = "class A {\n int " + ", ".join(f"m{i}_" for i in range(21)) + ";\n};\n"
        self.assertEqual(["a.hpp:1: A has 21 members, more than 20: group them into parts"],
                         list(large_classes("a.hpp", text)))

    def test_every_function_of_the_sources_is_read(self):
        # As many as a plain search for lines that begin one finds: definitions at the left margin with their brace.
        begins = re.compile(r"^[A-Za-z_][\w:<>,&*~ ]*\([^;]*\)(?: const| noexcept| override)*(?: ->.*)? \{$", re.MULTILINE)
        for path, text in sources("core", "app"):
            plain = len(begins.findall(re.sub(r"//[^\n]*", "", text)))
            read = len([f for f in Reader(text).functions if f.name != "a lambda"])
            self.assertGreaterEqual(read, plain, path)

    def test_enumerators_are_read_with_their_values_and_comments(self):
        self.assertEqual(["A", "B", "C"], enumerators("enum class K : int {\n A = 3,  // one, two\n B,\n C\n};", "K"))


def main():
    found = []
    for path, text in sources("core", "app"):
        reader = Reader(text)
        found += [(f.last - f.first + 1, "lines", f"{path}:{f.first} {f.name}") for f in reader.functions]
        found += [(3 * len(c.members), "members", f"{path}:{c.line} {c.name}") for c in reader.classes]
    for size, unit, what in sorted(found, reverse=True)[:60]:
        print(size if unit == "lines" else size // 3, unit, what)


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        main()
    else:
        unittest.main()
