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

test('parts of a byte cost their bytes, not what they were parts of', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().arrayBuffers
  const bytes = new GatheredBytes(1_048_576)
  for (let count = 0; count < 2_000; count += 1) bytes.add(Buffer.alloc(65_536, 1).subarray(0, 1))
  collect()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_048_576)
  expect(bytes.take().equals(Buffer.alloc(2_000, 1))).toBe(true)
})
