import { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { TurnCork } from './turn-cork.ts'

/** What reached the system, write by write. */
function sink(): { stream: Writable; writes: string[] } {
  const writes: string[] = []
  const stream = new Writable({
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }: { chunk: Buffer }) => chunk.toString()).join(''))
      done()
    },
  })
  return { stream, writes }
}

test('what one turn writes leaves at once, however many promises lie between', async () => {
  const { stream, writes } = sink()
  let released = 0
  const cork = new TurnCork(stream, () => (released += 1))
  for (const text of ['a', 'b', 'c']) {
    cork.hold()
    stream.write(text)
    await Promise.resolve()
  }
  expect(writes).toEqual([])
  await nextTurn()
  expect({ writes, released }).toEqual({ writes: ['abc'], released: 1 })
  cork.hold()
  stream.write('d')
  await nextTurn()
  expect({ writes, released }).toEqual({ writes: ['abc', 'd'], released: 2 })
})

test('an end does not wait for the turn', async () => {
  const { stream, writes } = sink()
  const cork = new TurnCork(stream, () => {})
  cork.hold()
  stream.write('last')
  stream.end()
  expect(writes).toEqual(['last'])
  await nextTurn()
  expect(stream.writableFinished).toBe(true)
})
