import { EventEmitter } from 'node:events'
import { ManualClock } from '@dchat/system'
import { describe, expect, it } from 'vitest'
import type { InputEvent } from '../input/key-sequences.ts'
import { ESCAPE_WAIT_MS, PASTE_WAIT_MS, SEQUENCE_WAIT_MS } from '../limits.ts'
import { ScreenStream } from './screen-stream.ts'
import { TerminalInput } from './terminal-input.ts'
import { TerminalLoan } from './terminal-loan.ts'

/** A standard input that notes its mode, and the terminal it is of. */
class FakeInput extends EventEmitter {
  isRaw = false
  isFlowing = false

  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw
  }

  pause(): this {
    this.isFlowing = false
    return this
  }

  resume(): this {
    this.isFlowing = true
    return this
  }

  type(text: string): void {
    this.emit('data', Buffer.from(text))
  }
}

function setUp() {
  const stdin = new FakeInput()
  const clock = new ManualClock()
  const written: string[] = []
  const events: InputEvent[] = []
  const write = (data: string): boolean => written.push(data) > 0
  const stream = new ScreenStream({ isTTY: true, columns: 80, rows: 24, write })
  const input = new TerminalInput({ stdin, write: stream.write, clock, onEvents: (all) => events.push(...all) })
  const done: string[] = []
  const loan = new TerminalLoan({
    stream,
    input,
    clock,
    write,
    redraw: () => done.push('redraw'),
    stopJob: () => done.push('stop'),
    staysInSight: false,
  })
  return { stdin, clock, written, events, stream, input, loan, done }
}
const key = (chord: string): InputEvent => ({ type: 'key', chord })

describe('TerminalInput', () => {
  it('tells keys as they come, a lone Escape after a moment', async () => {
    const { stdin, clock, events, input } = setUp()
    input.start()
    expect(stdin).toMatchObject({ isRaw: true, isFlowing: true })
    stdin.type('a\u001b')
    expect(events).toEqual([{ type: 'text', text: 'a' }])
    await clock.advance(ESCAPE_WAIT_MS - 1)
    stdin.type('[')
    await clock.advance(ESCAPE_WAIT_MS - 1)
    stdin.type('A\u001b')
    await clock.advance(ESCAPE_WAIT_MS)
    expect(events.slice(1)).toEqual([key('up'), key('esc')])
  })

  it('waits longer for the rest of a key, longest for the end of a paste, and for none of them for ever', async () => {
    const { stdin, clock, events, input } = setUp()
    input.start()
    stdin.type('\u001b[1;')
    await clock.advance(SEQUENCE_WAIT_MS - 1)
    stdin.type('5A')
    expect(events.splice(0)).toEqual([key('ctrl-up')])
    stdin.type('\u001b[1;')
    await clock.advance(SEQUENCE_WAIT_MS)
    stdin.type('5')
    expect(events.splice(0)).toEqual([{ type: 'text', text: '5' }])
    stdin.type('\u001b[200~one')
    await clock.advance(PASTE_WAIT_MS - 1)
    stdin.type('\rtwo')
    await clock.advance(PASTE_WAIT_MS)
    expect(events.splice(0)).toEqual([{ type: 'paste', text: 'one\rtwo', isCut: true }])
    expect(clock.pendingTimers).toBe(0)
  })

  it('asks for marked pastes and focus, and for the keyboard protocol of kitty where it is known', () => {
    const { stdin, written, events, input } = setUp()
    input.start()
    expect(written.join('')).toBe('\u001b[?2004h\u001b[?1004h\u001b[?u')
    stdin.type('\u001b[?0u\u001b[O')
    expect(written.at(-1)).toBe('\u001b[>5u')
    expect(events.at(-1)).toEqual({ type: 'focus', isFocused: false })
  })

  it('takes the mouse only while it is wanted', () => {
    const { written, input } = setUp()
    input.start()
    const count = written.length
    input.setWheel(false)
    expect(written).toHaveLength(count)
    input.setWheel(true)
    input.setWheel(true)
    input.setWheel(false)
    expect(written.slice(count)).toEqual(['\u001b[?1000h\u001b[?1006h', '\u001b[?1006l\u001b[?1000l'])
  })
})

describe('TerminalLoan', () => {
  it('leaves the terminal as a shell wants it, stops, and takes it back as it was', async () => {
    const { stdin, clock, written, events, input, loan, done } = setUp()
    input.start()
    input.setWheel(true)
    stdin.type('\u001b')
    const suspended = loan.suspend()
    expect(loan.isLent).toBe(true)
    expect(stdin).toMatchObject({ isRaw: false, isFlowing: false })
    expect(written.at(-1)).toBe('\u001b[?1006l\u001b[?1000l\u001b[?1004l\u001b[?2004l')
    stdin.type('for the shell')
    await loan.continued()
    await clock.runUntil(() => !loan.isLent)
    await suspended
    expect(done).toEqual(['stop', 'redraw'])
    expect(written.at(-1)).toBe('\u001b[?2004h\u001b[?1004h\u001b[?1000h\u001b[?1006h')
    expect(stdin).toMatchObject({ isRaw: true, isFlowing: true })
    stdin.type('x')
    expect(events).toEqual([{ type: 'text', text: 'x' }])
  })

  it('puts all in order after it was stopped by others', async () => {
    const { stdin, input, loan, done } = setUp()
    input.start()
    stdin.isRaw = false
    await loan.continued()
    expect(stdin.isRaw).toBe(true)
    expect(done).toEqual(['redraw'])
  })

  it('leaves the terminal alone once the program ends', async () => {
    const { stdin, stream, written, input, loan, done } = setUp()
    input.start()
    const { promise, resolve } = Promise.withResolvers<void>()
    const used = loan.during(() => promise)
    loan.stop()
    expect(stream.restore()).toBe('')
    const count = written.length
    resolve()
    await used
    expect(stdin.isRaw).toBe(false)
    expect([written.length, done]).toEqual([count, []])
  })
})
