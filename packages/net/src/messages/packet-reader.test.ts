/** Rules of the frame, one row each. Wire: docs/wire.md, *Frame*. */
import { describe, expect, test } from 'vitest'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { MAGIC, rawFrame, varIntBytes } from '../testing/frames.ts'
import { PacketReader } from './packet-reader.ts'
import type { PacketSink, PacketTarget } from './packet-reader.ts'

interface Target extends PacketTarget {
  readonly name: string
}

const target = (name: string): Target => ({ name, commandBytes: Buffer.from(name) })
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** A reader that takes `ping` and `chat`, and what it told its sink. */
function world(changes: Partial<PacketSink<Target>> = {}): { reader: PacketReader<Target>; log: string[] } {
  const log: string[] = []
  const reader = new PacketReader<Target>(MAGIC, {
    targets: [target('ping'), target('chat')],
    unknown: (command) => log.push(`unknown ${command}`),
    open: ({ name }, length) => {
      log.push(`open ${name} ${length}`)
      return true
    },
    deliver: ({ name }, bytes, { start, end }) => {
      log.push(`${name} ${bytes.toString('hex', start, end)}`)
      return true
    },
    ...changes,
  })
  return { reader, log }
}

function failure(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    if (error instanceof NetError) return { code: error.code, data: error.data as object, fault: error.fault }
    throw error
  }
  return 'nothing was thrown'
}

const LONGEST = 'x'.repeat(255)
const peerFault = (code: string, data: object): object => ({ code, data, fault: 'peer' })
const NOT_SHORTEST = peerFault('NET_COMMAND_MALFORMED', { reason: 'length is not in its shortest form' })
const PAYLOAD_NOT_SHORTEST = peerFault('NET_COMMAND_MALFORMED', { reason: 'payload length is not in its shortest form' })
const NOT_UTF8 = peerFault('NET_COMMAND_MALFORMED', { reason: 'not UTF-8' })

describe('what is refused', () => {
  test.each([
    ['the first byte of another magic', hex('d8'), peerFault('NET_BAD_MAGIC', { magic: 'd8' })],
    ['the last byte of another magic', hex('d9efb67c'), peerFault('NET_BAD_MAGIC', { magic: 'd9efb67c' })],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n'), peerFault('NET_BAD_MAGIC', { magic: '47455420' })],
    [
      'a command of 256 bytes',
      rawFrame({ command: 'x'.repeat(256) }),
      peerFault('NET_COMMAND_TOO_LONG', { length: 256, maxBytes: 255 }),
    ],
    ['its length alone', hex('d9efb67d fd0001'), peerFault('NET_COMMAND_TOO_LONG', { length: 256, maxBytes: 255 })],
    [
      'a command length of 32 bits',
      hex('d9efb67d fe00000100'),
      peerFault('NET_COMMAND_TOO_LONG', { length: 65_536, maxBytes: 255 }),
    ],
    [
      'a command length of 2^60',
      hex('d9efb67d ff0000000000000010'),
      peerFault('NET_COMMAND_TOO_LONG', { length: 2 ** 60, maxBytes: 255 }),
    ],
    ['a command length of 252 in three bytes', hex('d9efb67d fdfc00'), NOT_SHORTEST],
    ['a command length of 65,535 in five bytes', hex('d9efb67d feffff0000'), NOT_SHORTEST],
    ['a command length of 2^32 - 1 in nine bytes', hex('d9efb67d ffffffffff00000000'), NOT_SHORTEST],
    ['a payload length of 252 in three bytes', rawFrame({ command: 'ping', payloadLength: hex('fdfc00') }), PAYLOAD_NOT_SHORTEST],
    [
      'a payload length of 65,535 in five bytes',
      rawFrame({ command: 'ping', payloadLength: hex('feffff0000') }),
      PAYLOAD_NOT_SHORTEST,
    ],
    [
      'a payload length of 2^32 - 1 in nine bytes',
      rawFrame({ command: 'ping', payloadLength: hex('ffffffffff00000000') }),
      PAYLOAD_NOT_SHORTEST,
    ],
    ['a command that is no UTF-8', rawFrame({ command: hex('ff') }), NOT_UTF8],
    ['an overlong command', rawFrame({ command: hex('c080') }), NOT_UTF8],
    ['a surrogate in a command', rawFrame({ command: hex('eda080') }), NOT_UTF8],
    ['a command that is cut inside a character', rawFrame({ command: hex('e697') }), NOT_UTF8],
  ])('%s', (_, bytes, expected) => {
    expect(failure(() => world().reader.push(bytes))).toEqual(expected)
    const { reader } = world()
    expect(failure(() => bytes.forEach((byte) => reader.push(Buffer.of(byte))))).toMatchObject({
      code: expected && (expected as { code: string }).code,
    })
  })

  test.each([
    ['is unknown', { command: 'what' }],
    ['is not wanted', { command: 'ping' }],
  ])('a payload above 16 MiB whose command %s', (_, { command }) => {
    const open = (): boolean => false
    const { value: maxBytes } = LIMITS.FRAME_SKIP_MAX_BYTES
    expect(failure(() => world({ open }).reader.push(rawFrame({ command, payloadLength: varIntBytes(maxBytes) })))).toBe(
      'nothing was thrown',
    )
    for (const length of [maxBytes + 1, 2 ** 32, 2 ** 60]) {
      const { reader } = world({ open })
      expect(failure(() => reader.push(rawFrame({ command, payloadLength: varIntBytes(BigInt(length)) })))).toEqual(
        peerFault('NET_FRAME_TOO_LARGE', { command, length, maxBytes }),
      )
    }
  })

  test("what the sink refuses, with the sink's own error", () => {
    const refuse = (): never => {
      throw new NetError('NET_STOPPED', {})
    }
    expect(failure(() => world({ unknown: refuse }).reader.push(rawFrame({ command: 'what' })))).toMatchObject({
      code: 'NET_STOPPED',
    })
    expect(failure(() => world({ open: refuse }).reader.push(rawFrame({ command: 'ping' })))).toMatchObject({
      code: 'NET_STOPPED',
    })
    expect(failure(() => world({ deliver: refuse }).reader.push(rawFrame({ command: 'ping' })))).toMatchObject({
      code: 'NET_STOPPED',
    })
  })
})

describe('what is taken', () => {
  test.each([
    ['a command of 255 bytes', { command: LONGEST }, [`unknown ${LONGEST}`]],
    ['a command of 253 bytes', { command: LONGEST.slice(2) }, [`unknown ${LONGEST.slice(2)}`]],
    ['a command of 252 bytes', { command: LONGEST.slice(3) }, [`unknown ${LONGEST.slice(3)}`]],
    ['an empty command', { command: '' }, ['unknown ']],
    ['a command beyond ASCII', { command: '日本' }, ['unknown 日本']],
    ['U+0000 in a command', { command: 'a\0b' }, ['unknown a\0b']],
    ['an empty payload', { command: 'ping' }, ['open ping 0', 'ping ']],
    ['a payload', { command: 'chat', payload: hex('010203') }, ['open chat 3', 'chat 010203']],
  ])('%s', (_, parts, expected) => {
    const frame = rawFrame(parts)
    const after = rawFrame({ command: 'ping', payload: hex('0a') })
    const whole = world()
    whole.reader.push(Buffer.concat([frame, after]))
    expect(whole.log).toEqual([...expected, 'open ping 1', 'ping 0a'])
    const dripped = world()
    for (const byte of Buffer.concat([frame, after])) dripped.reader.push(Buffer.of(byte))
    expect(dripped.log).toEqual(whole.log)
  })

  test('the frame after a payload that was skipped', () => {
    const { reader, log } = world({ open: ({ name }) => name === 'ping' })
    reader.push(Buffer.concat([rawFrame({ command: 'chat', payload: Buffer.alloc(500) }), rawFrame({ command: 'ping' })]))
    expect(log).toEqual(['ping '])
  })
})

describe('what is held', () => {
  test('is no more than what has come and 16 KiB, whatever was declared', () => {
    const slack = LIMITS.PAYLOAD_FIRST_BUFFER_BYTES.value
    for (const declared of [2 ** 20, 2 ** 32, 2 ** 50]) {
      const { reader } = world()
      const header = rawFrame({ command: 'chat', payloadLength: varIntBytes(declared) })
      reader.push(header)
      expect(reader.heldBytes).toBeLessThanOrEqual(slack)
      let received = header.length
      for (let step = 0; step < 60; step += 1) {
        reader.push(Buffer.alloc(5_000))
        received += 5_000
        expect(reader.heldBytes).toBeLessThanOrEqual(received + slack)
      }
      expect(reader.isInsideFrame).toBe(true)
    }
  })

  test('is nothing of a payload that is skipped', () => {
    const { reader } = world({ open: () => false })
    reader.push(rawFrame({ command: 'chat', payloadLength: varIntBytes(1_000_000) }))
    reader.push(Buffer.alloc(600_000))
    expect(reader.heldBytes).toBe(0)
    expect(reader.isInsideFrame).toBe(true)
  })

  test('is a header while only a part of it has come', () => {
    const { reader } = world()
    reader.push(rawFrame({ command: LONGEST, payloadLength: hex('ff') }))
    expect(reader.heldBytes).toBe(4 + 3 + 255 + 1)
  })

  test('is what came while paused, until resume', () => {
    const log: string[] = []
    const { reader } = world({ deliver: (_, bytes, { start, end }) => log.push(bytes.toString('hex', start, end)) < 0 })
    const frame = rawFrame({ command: 'ping', payload: hex('01') })
    expect(reader.push(Buffer.concat([frame, frame, frame]))).toBe(false)
    expect(reader.push(frame)).toBe(false)
    expect(log).toEqual(['01'])
    expect(reader.heldBytes).toBe(3 * frame.length)
    expect(reader.resume()).toBe(false)
    expect(reader.resume()).toBe(false)
    expect(log).toHaveLength(3)
    expect(reader.heldBytes).toBe(frame.length)
    expect(reader.resume()).toBe(false)
    expect(log).toHaveLength(4)
    expect(reader.heldBytes).toBe(0)
    expect(reader.resume()).toBe(true)
  })

  test('is everything after pause(), and lost is nothing', () => {
    const { reader, log } = world()
    const frame = rawFrame({ command: 'ping', payload: hex('01') })
    reader.pause()
    for (const byte of frame) expect(reader.push(Buffer.of(byte))).toBe(false)
    expect(log).toEqual([])
    expect(reader.resume()).toBe(true)
    expect(log).toEqual(['open ping 1', 'ping 01'])
  })
})
