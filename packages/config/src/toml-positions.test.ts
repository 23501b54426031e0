import { expect, test } from 'vitest'
import { scanPositions } from './toml-positions.ts'

const DOCUMENT = `# first
top = 1
"quoted key" = 2 # [not.a.header]
a.b.'c d' = "x # y"

[net] # header
inbound = [ # list
  "tcp://a:1", "tcp://b:2",

  # [ in a comment
  "tcp://c:3",
]
text = """
[inner]
key = 1
quotes: \\""" """"
after = 1
literal = '''
x = '1' '''
last = '''x'''''
date = 1979-05-27 07:32:00Z
inline = { one = 1, two.three = [ { four = 4 } ] }

[net.profiles."tcp+tls"]
"\\u0041b" = 5
[[items]]
name = 1
[[items]]
name = 2
[items.sub]
deep = true
`

test.each([
  [['top'], 2],
  [['quoted key'], 3],
  [['a'], 4],
  [['a', 'b', 'c d'], 4],
  [['net'], 6],
  [['net', 'inbound'], 7],
  [['net', 'inbound', '0'], 8],
  [['net', 'inbound', '1'], 8],
  [['net', 'inbound', '2'], 11],
  [['net', 'text'], 13],
  [['net', 'after'], 17],
  [['net', 'literal'], 18],
  [['net', 'last'], 20],
  [['net', 'date'], 21],
  [['net', 'inline', 'two', 'three', '0', 'four'], 22],
  [['net', 'profiles', 'tcp+tls'], 24],
  [['net', 'profiles', 'tcp+tls', 'Ab'], 25],
  [['items'], 26],
  [['items', '0', 'name'], 27],
  [['items', '1'], 28],
  [['items', '1', 'name'], 29],
  [['items', '1', 'sub', 'deep'], 31],
  [['inner', 'key'], null],
  [['nowhere'], null],
])('%j begins on line %j', (path, line) => {
  expect(scanPositions(DOCUMENT).lineOf(path)).toBe(line)
})

test('counts lines that end in CR LF once', () => {
  expect(scanPositions('a = 1\r\n\r\n[b]\r\nc = 2\r\n').lineOf(['b', 'c'])).toBe(4)
})

test.each(['[', '[[', '=', 'a =', 'a = [', 'a = { b', '"', "'''", 'a = """', '[a', ',', ']', 'a = [1', 'a b', '\u0000'])(
  'ends on what is no TOML: %j',
  (text) => {
    expect(() => scanPositions(text)).not.toThrow()
  },
)
