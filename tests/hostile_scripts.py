"""Scripts that mean harm: each must end in a fault, soon and small.

Run as a program it reads them all and prints by how many megabytes the process has grown.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator

from dialogs.check import check_script
from dialogs.loader import load_script
from dialogs.texts import Texts

HEAD = """\
script: t
title: A test
welcome: Hello
notice: {version: 1, text: Read this, full: Read all this}
sections:
  - id: first
    title: First
    purpose: To know
    basis: Law
    retention: case
    questions:
      - {id: city, kind: text, title: City, text: Which city?}
      - {id: count, kind: number, title: Count, text: How many?}
      - id: contact
        kind: contact
        title: Contact
        text: How?
"""

TAGS = """
!!python/object:os.system !!python/object/apply:os.system !!python/object/new:os.system
!!python/object/apply:subprocess.Popen !!python/object/apply:builtins.eval
!!python/object/apply:builtins.exec !!python/object/apply:time.sleep !!python/name:os.system
!!python/module:os !!python/tuple !!python/bytes !!python/complex !!python/dict !!python/list
!!python/unicode !!python/str !!python/int !!python/long !!python/float !!python/bool
!!python/none !!java.net.URL !!javax.script.ScriptEngineManager !!js/function !!js/regexp
!!js/undefined !ruby/object:Gem::Installer !ruby/hash:ActionController !ruby/sym
!!binary !!set !!omap !!pairs !!timestamp !!merge !!value !!yaml !!int !!float !!null !!bool
!!str !!seq !!map !Ref !Sub !include !env !vault !reference !<tag:yaml.org,2002:python/none>
!<tag:example.org,2000:x> !local ! !!
""".split()  # noqa: SIM905 - a list of these is longer than it is clear

EXPRESSIONS = r"""
__import__('os').system('id')
().__class__.__bases__[0].__subclasses__()
''.__class__.__mro__[1]
city.__class__
city.__class__.__init__.__globals__
city.__len__()
[].append(1)
[c for c in ().__class__.__base__.__subclasses__()]
[x for x in [1]]
{x for x in [1]}
(lambda: 0)()
lambda x: x
exec('1')
eval('1')
compile('1', '', 'exec')
open('/etc/passwd')
open('/etc/passwd').read() == ''
globals()
locals()
vars()
dir()
getattr(city, '__class__')
setattr(city, 'a', 1)
delattr(city, 'a')
type(city).mro()
object.__subclasses__(type)
breakpoint()
exit()
quit()
input()
print(city)
help()
import os
from os import system
import('os')
require('fs')
process.exit(1)
process.env.HOME
global.process
this.constructor.constructor('return process')()
city.constructor
city.constructor.prototype
city.prototype
city['__proto__']
Object.keys(city)
Function('return 1')()
new Date()
Math.random()
java.lang.Runtime.getRuntime().exec('id')
T(java.lang.Runtime).getRuntime()
#{city}
${city}
$(id)
`id`
%{city}
{{city}}
{{ 7*7 }}
{% if city %}
<%= city %>
<script>alert(1)</script>
'; DROP TABLE cases; --
' OR '1'='1
1; 2
count := 1
count = 1
count += 1
count ++
count++
count ** 9 ** 9 > 1
9 ** 9
9 // 2 == 4
city is None
city not in ['a']
not city == 'a'
city == 'a' and count > 1
city == 'a' or count > 1
count if city else 1
city == 'a' then 1
while true
for i in 1
yield 1
await city
async
assert city
raise city
del city
return true
@city
city?.length
city ?? 'a'
count ?: 1
city ~= 'a'
city =~ /a+/
/(a+)+$/.test(city)
re.match('(a+)+$', city)
city.match('(a+)+$')
city.matches('(a+')
city.matches(')(')
city.matches('(?<=a)b')
city.replace('a', 'b') == 'c'
city.split('a') == []
city.format() == ''
city % 2 == 0
'%s' % city
f'{city}' == 'a'
'{0.__class__}'.format(city)
city * 1000000 == 'a'
'a' * 1000000 == 'a'
count.to_bytes(9)
count << 99 > 1
count >> 1 == 0
count & 1
count | 1
count ^ 1
~count
0x
1e
1e999 > count
99999999999999999999 > count
-99999999999999999999 > count
count > 1.5.5
count > 1_000
count > 1,000
count > '1'
count == true
city > 1
city == null
null
''
1
[]
{}
{'a': 1}
[1, 'a']
[1, 2][5]
b'a'
timestamp
timestamp('x')
duration('1s')
now()
today()
env('HOME')
read('/etc/passwd')
fetch('http://localhost')
http.get('http://localhost')
has(city)
has(city.length)
city.size
size()
size(count) > 1
dyn(city).x
proto.x
google.protobuf.Any{}
google.protobuf.Struct{fields: {}}
type(city) == type
cel.bind(x, 1, x)
optional.of(1)
count in 1..3
count between 1 and 3
count > 1 > 0
city == "a
city == 'a
city == 'a''
city == ‘a’
city == “a”
city == «a»
city == `a`
city == 'a' &&
&& city == 'a'
city == == 'a'
(city == 'a'
city == 'a')
((((((
))))))
]
}
!
!!
?
:
.
,
..
...
city.
.city.
city..x
ĉity == 'a'
pilsēta == 'a'
город == 'a'
city == 'a' // comment
city == 'a' # comment
city == 'a' /* comment */
""".strip().splitlines()


def scripts() -> Iterator[tuple[str, str]]:
    """Name and text of each hostile script."""
    yield from _yaml()
    for n, expression in enumerate(EXPRESSIONS):
        if not expression.endswith("// comment"):
            yield (
                f"expression {n} {expression}",
                HEAD + f"        when: |-\n          {expression}\n",
            )
    for n, depth in enumerate((33, 64, 120, 240)):
        for left, right in ("()", "[]", ("{'a': ", "}"), ("!(", ")"), ("-(", ")")):
            when = left * depth + "count" + right * depth
            yield f"nested {n} {left}", HEAD + f"        when: |-\n          {when} > 0\n"
    for n in (300, 600, 3_000, 200_000):
        yield f"long condition {n}", HEAD + "        when: " + "count > 1 && " * n + "true\n"


def _yaml() -> Iterator[tuple[str, str]]:
    for width in (2, 3, 5, 10):
        for depth in (2, 5, 10, 50):
            lines = ["a0: &a0 [" + "x," * width + "]"]
            lines += [f"a{n}: &a{n} [" + f"*a{n - 1}," * width + "]" for n in range(1, depth)]
            yield f"alias bomb {width} {depth}", "\n".join(lines)
    for merge in ("{<<: *a}", "{<<: [*a, *a]}", "{<<: {<<: *a}}", "*a", "[*a, *a]"):
        yield f"merge {merge}", f"a: &a {{b: c}}\nd: {merge}\n"
    yield "loop", "a: &a [*a]\n"
    yield "loop of two", "a: &a {b: &b {c: *a, d: *b}}\n"
    for tag in TAGS:
        yield f"tag {tag}", f"{HEAD}extra: {tag} x\n"
        yield f"tag of all {tag}", f"{tag} {{a: b}}\n"
    for opening, closing in (("[", "]"), ("{a: ", "}"), ("[{a: ", "}]"), ("- ", ""), ("? ", "")):
        for depth in (21, 400, 20_000):
            yield f"deep {opening} {depth}", HEAD + "extra: " + opening * depth + closing * depth
            yield f"deep, open {opening} {depth}", opening * depth
    for count in (11_000, 60_000, 1_000_000):
        yield f"keys {count}", "\n".join(f"k{n}: v" for n in range(count))
        yield f"items {count}", "a:\n" + "- x\n" * count
        yield f"flow items {count}", "a: [" + "x," * count + "]"
        yield f"same keys {count}", "a: b\n" * count
    for character in [*map(chr, range(1, 9)), "\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\ufffe"]:
        yield f"character {ord(character):x}", HEAD.replace("Hello", f"Hel{character}lo")
    for directive in ("%YAML 1.1", "%YAML 9.9", "%TAG ! tag:evil,2000:"):
        yield f"directive {directive}", f"{directive}\n---\n{HEAD}"
    for tail in ("---\na: b\n", "...\n---\na: b\n", "--- !!python/none\n"):
        yield f"second {tail!r}", HEAD + tail
    for name in ("script", "title", "welcome", "notice", "sections"):
        yield f"twice {name}", HEAD + f"{name}: again\n"
    for key in ("__class__", "__proto__", "constructor", "<<", "?", "a.b", "", "{x: y}", "[x]"):
        yield f"key {key}", HEAD + f"{key}: x\n"
    for name in ("__class__", "a.b", "a b", "A", "ā", "1", "../x", "a" * 41, "true", "'; drop"):
        yield f"id {name}", HEAD.replace("id: city", f'id: "{name}"')
    for name in ("value", "in", "true", "int", "answered_city", "notice"):
        yield f"reserved {name}", HEAD.replace("id: city", f'id: "{name}"')


def main() -> None:
    """Read them all and print the growth in megabytes."""
    texts = Texts([], [])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _, text in scripts():
        loaded = load_script(text)
        if loaded.script is not None:
            check_script(loaded.script, loaded.positions, texts, {})
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)


if __name__ == "__main__":
    main()
