import { RpcError } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { aMessage } from '../testing/builders.ts'
import { commandBench } from '../testing/command-bench.ts'
import { INVITATION, SECRET } from '../testing/people.ts'

const own = (seq: number, fields: Partial<Message> = {}): Message =>
  aMessage(seq, { own: true, id: String(seq).padStart(64, '0'), delivery: { state: 'stored', written: 0, held: 0 }, ...fields })

describe('/pending, /cancel and /retry', () => {
  it('list with the time of saying and the room, and mean what was listed', async () => {
    let lines = [own(3, { text: 'first\nline' }), own(5, { room: 'cats', text: 'second' }), own(8, { text: INVITATION })]
    const bench = commandBench({ answers: { 'chat.pending': () => lines } })
    const rows = (await bench.run('/pending')).split('\n')
    expect(rows[1]).toMatch(/^1 {2}2026-03-0\d \d\d:\d\d {2}dchat {2}first␊line$/u)
    expect(rows[2]).toMatch(/^2 .* {2}cats {2}second$/u)
    expect(rows.join('\n')).not.toContain(SECRET)
    lines = lines.slice(1)
    expect(await bench.run('/cancel 2')).toBe('given up: second')
    expect(await bench.run('/cancel 1')).toContain('line 1 has reached a peer by now')
    expect(await bench.run('/cancel 4')).toContain('/pending lists no 4')
    expect(await bench.run('/cancel x')).toContain('a number from the list')
    expect(bench.named('chat.cancel')).toEqual([{ seq: 5 }])
  })

  it('list the newest of many, under their own numbers', async () => {
    const bench = commandBench({ answers: { 'chat.pending': Array.from({ length: 130 }, (_, index) => own(index + 1)) } })
    const rows = (await bench.run('/pending')).split('\n')
    expect(rows[1]).toBe('(30 older ones, numbers 1 to 30, are not listed)')
    expect(rows[2]).toMatch(/^ 31 .* line 31$/u)
    expect(rows.at(-1)).toMatch(/^130 .* line 130$/u)
    expect(await bench.run('/cancel 2')).toBe('given up: line 2')
  })

  it('mean the newest without a number, and all with all', async () => {
    const bench = commandBench({ answers: { 'chat.pending': [own(3), own(5)] } })
    await bench.run('/retry')
    expect(bench.named('chat.retry')).toEqual([{ seq: 5 }])
    expect(await bench.run('/cancel all')).toBe('2 lines given up')
    expect(bench.named('chat.cancel')).toEqual([{ seq: 3 }, { seq: 5 }])
  })

  it('say so when there is nothing, and when it is too late', async () => {
    expect(await commandBench({ answers: { 'chat.pending': [] } }).run('/pending')).toContain('every line of yours')
    expect(await commandBench({ answers: { 'chat.pending': [] } }).run('/cancel')).toContain('/retract takes one back')
    const late = new RpcError(-32011, 'too late', { kind: 'too_late', hint: 'a peer has it', retryable: false })
    expect(await commandBench({ answers: { 'chat.pending': [own(3)], 'chat.cancel': late } }).run('/cancel 1')).toBe(
      '/cancel: a peer has it',
    )
  })
})

describe('/retract', () => {
  const messages = [own(1, { text: 'old' }), aMessage(2), own(3, { text: 'gone', retracted: true }), own(4, { text: 'new' })]

  it('asks with the words of the line, the newest of one’s own first', async () => {
    const bench = commandBench({ messages })
    await bench.run('/retract')
    await bench.run('/retract 2')
    expect(bench.questions.map(({ text }) => text.slice(0, 18))).toEqual(['Take back "new"? W', 'Take back "old"? W'])
    expect(bench.calls).toEqual([])
    await bench.questions[1]!.yes()
    expect(bench.named('chat.retract')).toEqual([{ id: messages[0]!.id }])
    expect(await bench.run('/retract 3')).toContain('only 2 lines of yours')
    expect(await bench.run('/retract 0')).toContain('1 for your newest')
    expect(await commandBench({ messages: [aMessage(1)] }).run('/retract')).toContain('no line of yours')
  })

  it('tells what cannot be taken back', async () => {
    expect(await commandBench({ messages: [own(1, { id: null })] }).run('/retract')).toContain('unsigned')
    expect(await commandBench({ messages: [own(1, { id: null, encrypted: 'direct' })] }).run('/retract')).toContain('/cancel')
  })
})
