import { describe, expect, test } from 'vitest'
import { chatFrame, frameBytes, recordedFrames } from '@dchat/e2e'
import { JudgedStream } from './judged-stream.ts'
import type { Verdict } from './reference-rules.ts'

interface Judged {
  readonly stream: JudgedStream
  readonly commands: string[]
}

function judged(isDialler = false, nowMs: () => number = () => 0): Judged {
  const commands: string[] = []
  return { stream: new JudgedStream({ isDialler, nowMs, onFrame: (command) => void commands.push(command) }), commands }
}

function verdictOn(bytes: Buffer, isDialler = false): Verdict | undefined {
  const { stream } = judged(isDialler)
  stream.push(bytes)
  return stream.verdict
}

const frame = (command: string, hex: string): Buffer => frameBytes({ command, payload: Buffer.from(hex, 'hex') })
const PING = frame('ping', 'abcd')

test.each(['chat_channel', 'seed_query_with_addresses'])(
  'what reference nodes said in %s is without fault, in pieces too',
  (name) => {
    const frames = recordedFrames(name)
    for (const side of ['dialer', 'listener'] as const) {
      const own = frames.filter(({ from }) => from === side)
      const { stream, commands } = judged()
      for (const { frame_hex: hex } of own) for (const byte of Buffer.from(hex, 'hex')) stream.push(Buffer.of(byte))
      stream.end()
      expect(stream.verdict).toBeUndefined()
      expect(commands).toEqual(own.map(({ command }) => command))
    }
  },
)

describe('is banned', () => {
  test.each([
    ['an unknown command', frame('post', '00'), /unknown command post/],
    ['a ping with a spare byte', frame('ping', 'abcd00'), /ping of 3 bytes/],
    ['a getaddr with a spare byte', frame('getaddr', '080000000000'), /1 bytes are left over/],
    ['a short ping', frame('ping', 'ab'), /2 bytes are wanted where 1 are left/],
    ['a getaddr for 256', frame('getaddr', '0001000000'), /getaddr for 256/],
    ['a chat line that is no UTF-8', frame('DchatMsg', '01ff'), /no UTF-8/],
    ['a VarInt that is not minimal', frame('DchatMsg', 'fd010041'), /VarInt of 2 bytes for 1/],
    ['a verack of another application', frame('verack', `${'00'.repeat(26)}0161`), /verack of a 0\.0\.0/],
    ['an address without a scheme', frame('addr', '01013a0000000000000000'), /no URL/],
  ])('%s', (_, bytes, why) => {
    expect(verdictOn(bytes)).toMatchObject({ does: 'ban', why: expect.stringMatching(why) as unknown })
  })

  test('wrong magic by who dialled; else it is closed', () => {
    expect(verdictOn(Buffer.from('GET / HTTP'), true)?.does).toBe('ban')
    expect(verdictOn(Buffer.from('GET / HTTP'))?.does).toBe('close')
  })

  test('an end anywhere after the command, and nowhere else', () => {
    const line = chatFrame('hello')
    const atEnd = line.map((_, cut) => {
      const { stream } = judged()
      stream.push(Buffer.concat([PING, line.subarray(0, cut)]))
      stream.end()
      return stream.verdict === undefined ? 0 : 1
    })
    const commandEnd = 4 + 1 + 'DchatMsg'.length
    expect([...atEnd]).toEqual(Array.from(line, (_, cut) => (cut < commandEnd ? 0 : 1)))
  })

  test('the 29th control message in ten seconds; chat lines do not count', () => {
    let nowMs = 0
    const { stream } = judged(false, () => nowMs)
    const push = (times: number): void => {
      for (let count = 0; count < times; count += 1) stream.push(PING)
    }
    push(28)
    for (let count = 0; count < 100; count += 1) stream.push(chatFrame('x'))
    nowMs = 10_000
    push(28)
    expect(stream.verdict).toBeUndefined()
    nowMs = 19_999
    push(1)
    expect(stream.verdict?.why).toContain('more than 28 control messages')
  })
})
