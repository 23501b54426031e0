/**
 * The input history on disk: a line `["room","text"]` of JSON each, newest last, readable by its user only. A line that is a string
 * alone is of a version that noted no rooms; such versions leave out the others.
 */
import { appendFileSync, closeSync, fstatSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'
import { MAX_HISTORY_ENTRIES, MAX_HISTORY_ENTRY_BYTES, MAX_HISTORY_FILE_BYTES } from '../limits.ts'
import type { RecallEntry } from './recall.ts'
import { mayBeWrittenDown } from './secret-line.ts'

/** What a session of the program needs of the file; tests and `--plain` use none. */
export interface HistoryStore {
  /** The newest lines, oldest first; none when the file does not exist. Lines that are damaged are left out. */
  load(): RecallEntry[]
  /** @throws {Error} of the file system */
  append(entry: RecallEntry): void
}

export const noHistory: HistoryStore = { load: () => [], append: () => {} }

export class HistoryFile implements HistoryStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  load(): RecallEntry[] {
    const tail = this.#readTail()
    if (tail === null) return []
    const entries = tail.text.split('\n').flatMap((line) => parseEntry(line))
    const kept = entries.slice(-MAX_HISTORY_ENTRIES)
    if (tail.isCut || entries.length > 2 * MAX_HISTORY_ENTRIES) this.#rewrite(kept)
    return kept
  }

  append(entry: RecallEntry): void {
    const { text } = entry
    if (text.trim() === '' || !mayBeWrittenDown(text) || Buffer.byteLength(text) > MAX_HISTORY_ENTRY_BYTES) return
    makeFolder(dirname(this.#path))
    appendFileSync(this.#path, lineOf(entry), { mode: 0o600 })
  }

  #readTail(): { text: string; isCut: boolean } | null {
    let file: number
    try {
      file = openSync(this.#path, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    try {
      const { size } = fstatSync(file)
      const length = Math.min(size, MAX_HISTORY_FILE_BYTES)
      const buffer = Buffer.alloc(length)
      const read = readSync(file, buffer, 0, length, size - length)
      return { text: buffer.toString('utf8', 0, read), isCut: length < size }
    } finally {
      closeSync(file)
    }
  }

  #rewrite(entries: readonly RecallEntry[]): void {
    const fresh = `${this.#path}.${process.pid}.new`
    writeFileSync(fresh, entries.map((entry) => lineOf(entry)).join(''), { mode: 0o600 })
    renameSync(fresh, this.#path)
  }
}

function lineOf({ room, text }: RecallEntry): string {
  return `${JSON.stringify(room === null ? text : [room, text])}\n`
}

function parseEntry(line: string): RecallEntry[] {
  if (!/^["[]/u.test(line)) return []
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'string') return [{ room: null, text: value }]
    if (!Array.isArray(value) || value.length !== 2) return []
    const [room, text] = value as [unknown, unknown]
    return typeof room === 'string' && typeof text === 'string' ? [{ room, text }] : []
  } catch {
    // The first line of a cut file, or one a crash left unfinished: the others are whole.
    return []
  }
}
