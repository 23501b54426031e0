import type { LookupAddress } from 'node:dns'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { NameLookups } from './name-lookups.ts'

const ADDRESSES: LookupAddress[] = [{ address: '9.9.9.9', family: 4 }]
const AT_ONCE = LIMITS.LOOKUPS_AT_ONCE.value

/** A system that answers when it is told to. */
class SlowSystem {
  readonly asked: string[] = []
  readonly #waiting = new Map<string, (error: Error | null, addresses: LookupAddress[]) => void>()
  readonly names = new NameLookups((name, options, callback) => {
    if (!options.all) throw new Error('not all addresses are asked for')
    this.asked.push(name)
    this.#waiting.set(name, callback)
  })

  answer(name: string, error: Error | null = null): void {
    const callback = this.#waiting.get(name)!
    this.#waiting.delete(name)
    callback(error, error === null ? ADDRESSES : [])
  }

  /** @returns what it comes to: the addresses, or the error */
  find(name: string, how: { isFromPeer?: boolean; signal?: AbortSignal } = {}): Promise<unknown> {
    const { isFromPeer = false, signal = new AbortController().signal } = how
    return this.names.find({ name, options: { all: true }, isFromPeer }, signal).catch((error: unknown) => error)
  }
}

test('a name is asked for at once, and its answer given', async () => {
  const system = new SlowSystem()
  const found = system.find('one')
  system.answer('one')
  expect(await found).toEqual(ADDRESSES)
  expect(system.names.askedCount).toBe(0)
})

test('an error of the system is given, and the name asked for anew the next time', async () => {
  const system = new SlowSystem()
  const failed = system.find('one')
  system.answer('one', new Error('ENOTFOUND'))
  expect(await failed).toMatchObject({ message: 'ENOTFOUND' })
  const found = system.find('one')
  system.answer('one')
  expect(await found).toEqual(ADDRESSES)
})

test('who asks for a name that is being asked for gets the same answer', async () => {
  const system = new SlowSystem()
  const found = [system.find('one'), system.find('one', { isFromPeer: true })]
  expect(system.asked).toEqual(['one'])
  system.answer('one')
  expect(await Promise.all(found)).toEqual([ADDRESSES, ADDRESSES])
})

test('an asker that leaves does not take the answer from the others', async () => {
  const system = new SlowSystem()
  const ending = new AbortController()
  const left = system.find('one', { signal: ending.signal })
  const found = system.find('one')
  ending.abort(new Error('enough'))
  expect(await left).toMatchObject({ message: 'enough' })
  system.answer('one')
  expect(await found).toEqual(ADDRESSES)
})

describe('while DNS is silent', () => {
  test('dials that are given up again and again leave no more than LOOKUPS_AT_ONCE questions behind', async () => {
    const system = new SlowSystem()
    for (let round = 0; round < 100; round += 1) {
      const ending = new AbortController()
      const dials = Array.from({ length: 8 }, (_, index) => system.find(`name-${round % 3}-${index}`, { signal: ending.signal }))
      ending.abort(new Error('timeout'))
      await Promise.all(dials)
    }
    expect([system.asked.length, system.names.askedCount]).toEqual([AT_ONCE, AT_ONCE])
  })

  test('and then answers, whoever waits still comes to his turn, in order', async () => {
    const system = new SlowSystem()
    const found = ['one', 'two', 'three', 'four'].map((name) => system.find(name))
    expect(system.asked).toEqual(['one', 'two'])
    for (const name of ['two', 'one', 'three', 'four']) system.answer(name)
    expect(system.asked).toEqual(['one', 'two', 'three', 'four'])
    expect(await Promise.all(found)).toEqual([ADDRESSES, ADDRESSES, ADDRESSES, ADDRESSES])
  })

  test('names of peers leave a place for those of the settings, also for one that a peer gave too', async () => {
    const system = new SlowSystem()
    for (const name of ['peer-1', 'peer-2', 'peer-3']) void system.find(name, { isFromPeer: true })
    expect(system.asked).toEqual(['peer-1'])
    const found = system.find('peer-3')
    expect(system.asked).toEqual(['peer-1', 'peer-3'])
    system.answer('peer-3')
    expect(await found).toEqual(ADDRESSES)
    expect(system.asked).toEqual(['peer-1', 'peer-3'])
  })
})

test('a signal that has aborted asks for nothing', async () => {
  const system = new SlowSystem()
  expect(await system.find('one', { signal: AbortSignal.abort(new Error('enough')) })).toMatchObject({ message: 'enough' })
  expect(system.asked).toEqual([])
})
