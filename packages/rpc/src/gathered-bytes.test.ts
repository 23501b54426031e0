import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { GatheredBytes } from './gathered-bytes.ts'

test('gives the parts back as one, then holds nothing', () => {
  const bytes = new GatheredBytes(10)
  expect([bytes.length, bytes.last, bytes.take()]).toEqual([0, undefined, Buffer.alloc(0)])
  for (const part of ['ab', '', 'c', 'defghij']) bytes.add(Buffer.from(part))
  expect([bytes.length, bytes.last]).toEqual([10, 0x6a])
  expect(bytes.take().toString()).toBe('abcdefghij')
  expect(bytes.length).toBe(0)
})

test('parts of a byte cost their bytes, not what they were parts of', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const bytes = new GatheredBytes(1_048_576)
  const wholes = Array.from({ length: 2_000 }, () => {
    const whole = Buffer.alloc(65_536, 1).buffer
    bytes.add(Buffer.from(whole, 0, 1))
    return new WeakRef(whole)
  })
  await new Promise((resolve) => setImmediate(resolve)) // what a WeakRef was made of lives on until the end of its turn
  collect()
  expect(wholes.filter((whole) => whole.deref() !== undefined)).toEqual([])
  expect(bytes.take().equals(Buffer.alloc(2_000, 1))).toBe(true)
})
