import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_HISTORY_ENTRIES } from '../limits.ts'
import { HistoryFile } from './history-file.ts'
import { searchFor, searchOlder, startSearch } from './history-search.ts'
import { EMPTY_RECALL, recallNewer, recallOlder, remembered } from './recall.ts'

describe('recall', () => {
  it('goes back to the oldest line and forth to the draft', () => {
    const recall = ['one', 'two'].reduce(remembered, EMPTY_RECALL)
    const two = recallOlder(recall, 'draft')!
    expect(two.text).toBe('two')
    const one = recallOlder(two.recall, two.text)!
    expect(one.text).toBe('one')
    expect(recallOlder(one.recall, 'one')).toBeNull()
    const again = recallNewer(one.recall)!
    expect(again.text).toBe('two')
    const draft = recallNewer(again.recall)!
    expect(draft.text).toBe('draft')
    expect(recallNewer(draft.recall)).toBeNull()
  })

  it('leaves out blank lines and repeats, and is bounded', () => {
    expect(['a', 'a', ' ', 'b'].reduce(remembered, EMPTY_RECALL).entries).toEqual(['a', 'b'])
    const many = Array.from({ length: MAX_HISTORY_ENTRIES + 5 }, (_, index) => `line ${index}`).reduce(remembered, EMPTY_RECALL)
    expect(many.entries).toHaveLength(MAX_HISTORY_ENTRIES)
    expect(many.entries[0]).toBe('line 5')
  })
})

describe('history search', () => {
  const entries = ['make tea', 'hello Bob', 'make coffee', 'bye']

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
    file.append('one')
    file.append('two\nlines "quoted" 世')
    expect(new HistoryFile(path).load()).toEqual(['one', 'two\nlines "quoted" 世'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700)
  })

  it('writes no secrets, no blanks and nothing huge', () => {
    const path = join(folder, 'h')
    const file = new HistoryFile(path)
    file.append('/connect socks5://me:secret@host:1/onion:2')
    file.append('  ')
    file.append('x'.repeat(10_000))
    file.append('kept')
    expect(readFileSync(path, 'utf8')).toBe('"kept"\n')
  })

  it('leaves damaged lines out', () => {
    const path = join(folder, 'h')
    writeFileSync(path, '"good"\n"cut\n42\nnonsense\n\n"fine"\n')
    expect(new HistoryFile(path).load()).toEqual(['good', 'fine'])
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
    expect(new HistoryFile(path).load()).toEqual(['last'])
    expect(statSync(path).size).toBe(7)
  })

  it('says when the file cannot be read', () => {
    expect(() => new HistoryFile(folder).load()).toThrow(/EISDIR/)
  })
})
