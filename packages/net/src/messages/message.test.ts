import { string, struct } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import { NO_METERING } from '../metering.ts'
import { defineMessage } from './message.ts'
import type { MessageDefinition } from './message.ts'

const MIB16 = 16 * 1024 * 1024

const make = (changes: Partial<MessageDefinition<{ text: string }>>): unknown =>
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

  test.each(['', 'x'.repeat(256), '日'.repeat(86), '\ud800'])('refuses the name %s', (name) => {
    expect(() => make({ name })).toThrow(RangeError)
  })

  test.each([
    ['maxBytes', [0, -1, 1.5, Number.NaN, Infinity, 2 ** 40, 2 ** 53, MIB16 + 1], (maxBytes: number) => ({ maxBytes })],
    ['meteringScore', [-1, 0.5, Number.NaN, Infinity], (meteringScore: number) => ({ meteringScore })],
    ['metering.threshold', [-1, Number.NaN], (threshold: number) => ({ metering: { ...NO_METERING, threshold } })],
    ['metering.sleepStepMs', [-1, Number.NaN], (sleepStepMs: number) => ({ metering: { ...NO_METERING, sleepStepMs } })],
    ['metering.expiryMs', [-1, Infinity], (expiryMs: number) => ({ metering: { ...NO_METERING, expiryMs } })],
    [
      'oversize.skipMaxBytes',
      [0, 9, Number.NaN, MIB16 + 1],
      (skipMaxBytes: number) => ({ maxBytes: 10, oversize: { skipMaxBytes } }),
    ],
  ])('names %s when it is none of %j', (field, values, changes) => {
    for (const value of values) {
      expect(() => make(changes(value))).toThrow(
        expect.objectContaining({ name: 'RangeError', message: expect.stringContaining(`${field} is ${value}:`) as string }),
      )
    }
  })

  test('takes the largest and the smallest of all', () => {
    const metering = { threshold: 0, sleepStepMs: 0, expiryMs: 0 }
    for (const maxBytes of [1, MIB16])
      for (const skipMaxBytes of [maxBytes, MIB16])
        expect(make({ maxBytes, oversize: { skipMaxBytes }, metering })).toMatchObject({ maxBytes, oversize: { skipMaxBytes } })
  })
})
