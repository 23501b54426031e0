import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_HISTORY_ENTRIES } from '../limits.ts'
import { HistoryFile } from './history-file.ts'
import { searchFor, searchOlder, startSearch } from './history-search.ts'
import { EMPTY_RECALL, recallNewer, recallOlder, remembered } from './recall.ts'
import type { RecallEntry } from './recall.ts'

const cats = (text: string): RecallEntry => ({ room: 'cats', text })
const dogs = (text: string): RecallEntry => ({ room: 'dogs', text })
const old = (text: string): RecallEntry => ({ room: null, text })

describe('recall', () => {
  it('goes back to the oldest line and forth to the draft', () => {
    const recall = [cats('one'), cats('two')].reduce(remembered, EMPTY_RECALL)
    const two = recallOlder(recall, 'draft', 'cats')!
    expect(two.text).toBe('two')
    const one = recallOlder(two.recall, two.text, 'cats')!
    expect(one.text).toBe('one')
    expect(recallOlder(one.recall, 'one', 'cats')).toBeNull()
    const again = recallNewer(one.recall, 'cats')!
    expect(again.text).toBe('two')
    const draft = recallNewer(again.recall, 'cats')!
    expect(draft.text).toBe('draft')
    expect(recallNewer(draft.recall, 'cats')).toBeNull()
  })

  it('keeps to the room, with lines of no known room; or goes over all rooms', () => {
    const recall = [old('old'), cats('purr'), dogs('woof')].reduce(remembered, EMPTY_RECALL)
    const up = (where: string | null): string[] => {
      const texts: string[] = []
      for (let found = recallOlder(recall, '', where); found !== null; found = recallOlder(found.recall, '', where))
        texts.push(found.text)
      return texts
    }
    expect(up('cats')).toEqual(['purr', 'old'])
    expect(up('dogs')).toEqual(['woof', 'old'])
    expect(up('fish')).toEqual(['old'])
    expect(up(null)).toEqual(['woof', 'purr', 'old'])
    const oldest = { ...recall, at: 0, draft: 'draft' }
    expect(recallNewer(oldest, 'dogs')!.text).toBe('woof')
    expect(recallNewer(oldest, null)!.text).toBe('purr')
    expect(recallNewer({ ...oldest, at: 1 }, 'cats')).toEqual({ recall: { ...recall, at: null, draft: '' }, text: 'draft' })
  })

  it('leaves out blank lines and repeats, and is bounded', () => {
    const entries = [cats('a'), cats('a'), cats(' '), cats('b'), dogs('b')]
    expect(entries.reduce(remembered, EMPTY_RECALL).entries).toEqual([cats('a'), cats('b'), dogs('b')])
    const lines = Array.from({ length: MAX_HISTORY_ENTRIES + 5 }, (_, index) => cats(`line ${index}`))
    const many = lines.reduce(remembered, EMPTY_RECALL)
    expect(many.entries).toHaveLength(MAX_HISTORY_ENTRIES)
    expect(many.entries[0]).toEqual(cats('line 5'))
  })
})

describe('history search', () => {
  const entries = ['make tea', 'hello Bob', 'make coffee', 'bye'].map((text) => cats(text))

  it('finds the newest line first, then older ones', () => {
    const first = searchFor(entries, startSearch('draft'), 'MAKE')
    expect(first.at).toBe(2)
    const second = searchOlder(entries, first)
    expect(second.at).toBe(0)
    expect(searchOlder(entries, second).at).toBe(0)
    expect(searchFor(entries, second, 'nothing').at).toBeNull()
    expect(searchOlder(entries, startSearch('')).at).toBeNull()
  })
})

describe('HistoryFile', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dchat-history-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('keeps lines over a restart, readable by the user only', () => {
    const path = join(folder, 'state', 'input-history')
    const file = new HistoryFile(path)
    expect(file.load()).toEqual([])
    const entries = [cats('one'), dogs('two\nlines "quoted" 世')]
    for (const entry of entries) file.append(entry)
    expect(new HistoryFile(path).load()).toEqual(entries)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700)
  })

  it('writes no secrets, no blanks and nothing huge', () => {
    const path = join(folder, 'h')
    const file = new HistoryFile(path)
    file.append(cats('/connect socks5://me:secret@host:1/onion:2'))
    file.append(cats('  '))
    file.append(cats('x'.repeat(10_000)))
    file.append(cats('kept'))
    expect(readFileSync(path, 'utf8')).toBe('["cats","kept"]\n')
  })

  it('reads lines without a room, and leaves damaged ones out', () => {
    const path = join(folder, 'h')
    writeFileSync(path, '"good"\n"cut\n42\nnonsense\n\n["cats"]\n["cats",1]\n["cats","fine"]\n["a","b","c"]\n["dogs","end')
    expect(new HistoryFile(path).load()).toEqual([old('good'), cats('fine')])
  })

  it('shrinks a file that has grown', () => {
    const path = join(folder, 'h')
    writeFileSync(path, Array.from({ length: 3 * MAX_HISTORY_ENTRIES }, (_, index) => `"${index}"\n`).join(''))
    expect(new HistoryFile(path).load()).toHaveLength(MAX_HISTORY_ENTRIES)
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(MAX_HISTORY_ENTRIES + 1)
  })

  it('reads the end of a file that is larger than the bound', () => {
    const path = join(folder, 'h')
    writeFileSync(path, `"${'x'.repeat(1_100_000)}"\n"last"\n`)
    expect(new HistoryFile(path).load()).toEqual([old('last')])
    expect(statSync(path).size).toBe(7)
  })

  it('says when the file cannot be read', () => {
    expect(() => new HistoryFile(folder).load()).toThrow(/EISDIR/)
  })
})
