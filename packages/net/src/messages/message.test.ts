import { string, struct } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import { NO_METERING } from '../metering.ts'
import { defineMessage } from './message.ts'

const make = (changes: { name?: string; maxBytes?: number }): unknown =>
  defineMessage({
    name: 'chat',
    maxBytes: 1,
    meteringScore: 0,
    metering: NO_METERING,
    codec: struct({ text: string }),
    ...changes,
  })

describe('a message definition', () => {
  test('carries its command as bytes and faults on what is too long', () => {
    expect(make({ name: '日本' })).toMatchObject({ commandBytes: Buffer.from('日本'), oversize: 'fault' })
  })

  test.each(['x', 'x'.repeat(255), '日'.repeat(85)])('takes the name %s', (name) => {
    expect(make({ name })).toMatchObject({ name })
  })

  test.each(['', 'x'.repeat(256), '日'.repeat(86)])('refuses the name %s', (name) => {
    expect(() => make({ name })).toThrow(RangeError)
  })

  test.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 53])('refuses a limit of %d bytes', (maxBytes) => {
    expect(() => make({ maxBytes })).toThrow(RangeError)
  })
})
