import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RpcError } from '@dchat/rpc'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aMessage } from '../testing/builders.ts'
import { commandBench } from '../testing/command-bench.ts'
import { CATS } from '../testing/people.ts'
import { seqSince, sinceTime } from './since.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-export-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Pages of two lines, as the daemon gives them, of lines `1` to `count`. */
function pagesOf(count: number): (params: { since: number }) => object {
  return ({ since }) => {
    const next = Math.min(count, since + 2)
    const lines = Array.from({ length: next - since }, (_, index) => `line ${since + index + 1}\n`)
    return { text: lines.join(''), more: next < count, last_seq: count, next }
  }
}

describe('/export', () => {
  it('writes every page to a new file of its own, for this user alone', async () => {
    const bench = commandBench({ room: CATS.room, answers: { 'chat.export': pagesOf(5) } })
    const said = await bench.run(`/export md ${folder}`)
    const [name] = readdirSync(folder)
    expect(name).toMatch(/^dchat-_cats-19(?:69|70)-\d\d-\d\d\.md$/u)
    expect(said).toBe(`exported 5 lines of +cats to ${join(folder, name!)}`)
    expect(readFileSync(join(folder, name!), 'utf8')).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n')
    expect(statSync(join(folder, name!)).mode & 0o777).toBe(0o600)
    expect(bench.named('chat.export')).toEqual([
      { since: 0, format: 'md', limit: 1_000, room: CATS.room },
      { since: 2, format: 'md', limit: 1_000, room: CATS.room },
      { since: 4, format: 'md', limit: 1_000, room: CATS.room },
    ])
  })

  it('takes the place of no file, and leaves none behind when it fails', async () => {
    const path = join(folder, 'my talk.txt')
    writeFileSync(path, 'mine')
    const bench = commandBench({ answers: { 'chat.export': pagesOf(1) } })
    expect(await bench.run(`/export ${path}`)).toBe(`/export: ${path} is there already: name another file`)
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect(await bench.run(`/export ${folder}/gone/file`)).toMatch(/cannot be written: there is no such folder$/u)
    const failing = commandBench({
      answers: { 'chat.export': new RpcError(-32007, 'store failed', { kind: 'store_failed', hint: 'disk', retryable: true }) },
    })
    expect(await failing.run(`/export ${folder}/other`)).toBe('/export: disk')
    expect(readdirSync(folder)).toEqual(['my talk.txt'])
  })

  it('takes all rooms, and what was stored since a time', async () => {
    const messages = [1, 2, 3, 4].map((seq) => aMessage(seq, { received: -5_000 + seq * 1_000 }))
    const history = ({ since }: { since?: number }): object => ({
      messages: messages.filter(({ seq }) => seq > (since ?? 3)).slice(0, 1),
      more: false,
      last_seq: 4,
    })
    const bench = commandBench({ answers: { 'chat.export': pagesOf(4), 'chat.history': history } })
    await bench.run(`/export -all JSONL 0m ${folder}/x`)
    expect(bench.named('chat.export')[0]).toEqual({ since: 4, format: 'jsonl', limit: 1_000 })
    await bench.run(`/export 1d ${folder}/y`)
    expect(bench.named('chat.export').at(-2)).toEqual({ since: 0, format: 'txt', limit: 1_000, room: 'dchat' })
  })
})

describe('since when', () => {
  const now = new Date(2026, 2, 20, 12, 0).getTime()

  it.each([
    ['2h', now - 7_200_000],
    ['7D', now - 7 * 86_400_000],
    ['2026-03-02', new Date(2026, 2, 2).getTime()],
    ['2026-03-02T12:55', new Date(2026, 2, 2, 12, 55).getTime()],
    ['2026-02-30', null],
    ['2026-03-02T25:00', null],
    ['yesterday', null],
    ['', null],
    ['7', null],
  ])('%j', (word, time) => {
    expect(sinceTime(word, now)).toBe(time)
  })

  it('is found among lines with gaps, with few calls', async () => {
    const messages = Array.from({ length: 500 }, (_, index) => aMessage(index * 7 + 1, { received: index * 1_000 }))
    for (const [time, seq] of [
      [0, 0],
      [1, 1],
      [250_000, 249 * 7 + 1],
      [499_000, 498 * 7 + 1],
      [500_000, 499 * 7 + 1],
    ] as const) {
      let calls = 0
      const call = async (_method: string, { since }: { since?: number }): Promise<never> => {
        calls += 1
        const found = messages.find((message) => message.seq > (since ?? 0))
        return { messages: found === undefined ? [] : [found], more: false, last_seq: messages.at(-1)!.seq } as never
      }
      expect(await seqSince(time, { session: { call } as never, scope: {} })).toBe(seq)
      expect(calls).toBeLessThan(20)
    }
  })
})
