/** The contract of transports finds what a transport does wrong: each of these breaks one rule. */
import { AssertionError } from 'node:assert'
import { expect, test } from 'vitest'
import { MemoryNetwork } from '../transports/memory.ts'
import type { Transport, TransportStream } from '../transports/transport.ts'
import { transportContract } from './transport-contract.ts'

/** A stream of which some members are others. */
function changed(stream: TransportStream, members: Partial<TransportStream>): TransportStream {
  const get = (target: TransportStream, key: keyof TransportStream): unknown => {
    if (key in members) return members[key]
    const value: unknown = target[key]
    return typeof value === 'function' ? (value.bind(target) as unknown) : value
  }
  return new Proxy(stream, { get: (target, key) => get(target, key as keyof TransportStream) })
}

/** The names of the cases that a transport fails, which is made of one that passes. */
async function failures(make: (sound: Transport) => Transport, anyUrl = 'tcp://name:0/'): Promise<string[]> {
  const scheme = anyUrl.slice(0, anyUrl.indexOf(':'))
  const transport = make(new MemoryNetwork().transport('name', scheme))
  const failed: string[] = []
  for (const { name, run } of transportContract(() => ({ transport, anyUrl }))) {
    await run().catch((error: unknown) => {
      if (!(error instanceof AssertionError)) throw error
      failed.push(name)
    })
  }
  return failed
}

const dialling =
  (change: (stream: TransportStream) => Partial<TransportStream>) =>
  (sound: Transport): Transport => ({
    ...sound,
    dial: async (url, options) => {
      const stream = await sound.dial(url, options)
      return changed(stream, change(stream))
    },
  })

const NAMES = ['streams name the other side', 'dials of another spelling lead to the same peer']

test.each<[string, string[], (sound: Transport) => Transport]>([
  ['nothing', [], (sound) => sound],
  ['the name of the other side', NAMES, dialling(() => ({ remoteUrl: 'tcp://name:1/' }))],
  [
    'the end of writing',
    ['streams take no data and write nothing after end', 'streams close on both sides when one is destroyed'],
    dialling((stream) => ({ write: (bytes) => stream.write(bytes) || true })),
  ],
  [
    'the listening for its signal',
    ['dials leave no listener on their signal'],
    (sound) => ({
      ...sound,
      dial: async (url, options) => {
        const stream = await sound.dial(url, options)
        options.signal.addEventListener('abort', () => {})
        return stream
      },
    }),
  ],
])('of %s', async (_, expected, make) => {
  expect(await failures(make)).toEqual(expect.arrayContaining(expected))
  expect((await failures(make)).length > 0).toBe(expected.length > 0)
})

test('of spellings, where a scheme is special to nobody and its addresses end in a path', async () => {
  expect(await failures((sound) => sound, 'own://name:0')).toEqual([])
  const failed = await failures((sound) => sound, 'own://Name:0/')
  expect(failed).toContain('dials of another spelling lead to the same peer')
})
