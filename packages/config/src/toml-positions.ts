/**
 * Finds the line of every key of a TOML document. The parser proper gives values without positions; this scan gives
 * positions without values. It runs on documents the parser has accepted, and never throws: what it does not find is
 * not in the answer.
 */
import { parse, TomlError } from 'smol-toml'
import { MAX_TOML_DEPTH } from './limits.ts'

/** Names a place in a document: keys, and for items of a list their index. */
export type TomlPath = readonly string[]

/** A place, and those below it: a name that many have in common is held once. */
interface Place {
  line: number | null
  readonly below: Map<string, Place>
}

export class TomlPositions {
  readonly #root: Place = { line: null, below: new Map() }
  /** The first line with a key of more than MAX_TOML_DEPTH parts; null when there is none. What stands there is not known. */
  tooDeepLine: number | null = null

  /** Keeps the first line noted for a path. */
  note(path: TomlPath, line: number): void {
    let place = this.#root
    for (const name of path) {
      let next = place.below.get(name)
      if (next === undefined) {
        next = { line: null, below: new Map() }
        place.below.set(name, next)
      }
      place = next
    }
    place.line ??= line
  }

  /** The line (from 1) on which the key, table header or list item begins, or null when it is not known. */
  lineOf(path: TomlPath): number | null {
    let place: Place | undefined = this.#root
    for (const name of path) place = place?.below.get(name)
    return place?.line ?? null
  }
}

/** Scans a valid document in one pass. */
export function scanPositions(text: string): TomlPositions {
  const scanner = new Scanner(text)
  scanner.document()
  return scanner.positions
}

class Scanner {
  readonly positions = new TomlPositions()
  readonly #text: string
  #at = 0
  #line = 1
  /** Items so far of each list of tables, by its path. */
  readonly #tableLists = new Map<string, number>()

  constructor(text: string) {
    this.#text = text
  }

  document(): void {
    let table: string[] = []
    for (;;) {
      this.#skipSpace()
      if (this.#at >= this.#text.length) return
      const before = this.#at
      if (this.#text[this.#at] === '[') table = this.#header()
      else this.#pair(table, 0)
      if (this.#at === before) return
    }
  }

  /** `[a.b]` or `[[a.b]]`; answers the path that the keys below it have. */
  #header(): string[] {
    const line = this.#line
    const isList = this.#text[this.#at + 1] === '['
    this.#at += isList ? 2 : 1
    const keys = this.#dottedKey()
    this.#at += isList ? 2 : 1
    let path: string[] = []
    for (const [index, key] of keys.entries()) {
      path = [...path, key]
      const name = path.join('\0')
      const items = this.#tableLists.get(name)
      if (isList && index === keys.length - 1) {
        this.positions.note(path, line)
        this.#tableLists.set(name, (items ?? 0) + 1)
        path = [...path, String(items ?? 0)]
      } else if (items !== undefined) {
        path = [...path, String(items - 1)]
      }
      this.positions.note(path, line)
    }
    return path
  }

  /** `a.b = value` */
  #pair(table: TomlPath, depth: number): void {
    const line = this.#line
    let path = [...table]
    for (const key of this.#dottedKey()) {
      path = [...path, key]
      this.positions.note(path, line)
    }
    this.#skipBlanks()
    if (this.#text[this.#at] !== '=') return
    this.#at += 1
    this.#skipBlanks()
    this.#value(path, depth)
  }

  #dottedKey(): string[] {
    const keys: string[] = []
    for (;;) {
      this.#skipBlanks()
      const start = this.#at
      const quote = this.#text[start]
      if (quote === '"' || quote === "'") {
        this.#string()
        keys.push(unquote(this.#text.slice(start, this.#at)))
      } else {
        this.#match(/[A-Za-z0-9_-]+/y)
        keys.push(this.#text.slice(start, this.#at))
      }
      this.#skipBlanks()
      if (this.#text[this.#at] !== '.') break
      this.#at += 1
    }
    if (keys.length > MAX_TOML_DEPTH) {
      this.positions.tooDeepLine ??= this.#line
      keys.length = MAX_TOML_DEPTH
    }
    return keys
  }

  #value(path: TomlPath, depth: number): void {
    const first = this.#text[this.#at]
    if (first === '"' || first === "'") this.#string()
    else if (first === '[') this.#items(depth, ']', (index) => this.#item([...path, String(index)], depth + 1))
    else if (first === '{') this.#items(depth, '}', () => this.#pair(path, depth + 1))
    else this.#match(/[^,\]}#\r\n]+/y)
  }

  #item(path: TomlPath, depth: number): void {
    this.positions.note(path, this.#line)
    this.#value(path, depth)
  }

  #items(depth: number, close: string, readItem: (index: number) => void): void {
    this.#at += 1
    if (depth >= MAX_TOML_DEPTH) return
    for (let index = 0; ; index += 1) {
      this.#skipSpace()
      if (this.#at >= this.#text.length) return
      if (this.#text[this.#at] === close) break
      const before = this.#at
      readItem(index)
      this.#skipSpace()
      if (this.#text[this.#at] === ',') this.#at += 1
      if (this.#at === before) return
    }
    this.#at += 1
  }

  #string(): void {
    this.#match(/"""(?:[^\\]|\\[^])*?"""(?:""|"(?!"))?|'''[^]*?'''(?:''|'(?!'))?|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y)
  }

  #skipBlanks(): void {
    this.#match(/[ \t]+/y)
  }

  #skipSpace(): void {
    this.#match(/(?:\s|#[^\n]*)+/y)
  }

  #match(pattern: RegExp): void {
    pattern.lastIndex = this.#at
    const matched = pattern.exec(this.#text)?.[0] ?? ''
    for (let index = matched.indexOf('\n'); index >= 0; index = matched.indexOf('\n', index + 1)) this.#line += 1
    this.#at += matched.length
  }
}

/** The key a quoted one stands for; the parser itself knows all escapes. What is no key stays as it is. */
function unquote(quoted: string): string {
  try {
    return Object.keys(parse(`${quoted} = 0`))[0] ?? quoted
  } catch (error) {
    if (error instanceof TomlError) return quoted
    throw error
  }
}
