import { PassThrough } from 'node:stream'
import { ManualClock } from '@dchat/system'
import fc from 'fast-check'
import { render } from 'ink'
import { afterEach, describe, expect, it } from 'vitest'
import { Controller } from '../app/controller.ts'
import { noHistory } from '../input/history-file.ts'
import { DEFAULT_KEY_MAP } from '../input/key-map.ts'
import { toKeyActions } from '../input/keys.ts'
import { Store } from '../state/store.ts'
import type { Settings } from '../settings/settings.ts'
import type { ChatState } from '../state/model.ts'
import { ScreenStream } from '../terminal/screen-stream.ts'
import { aContext, aMessage, aNode, aPage, aState, someMessages } from '../testing/builders.ts'
import { keptSettings } from '../testing/kept-settings.ts'
import { toMessage } from '../session/ingress.ts'
import { plainRoom } from '../state/rooms.ts'
import { CATS } from '../testing/people.ts'
import { TerminalInput } from '../terminal/terminal-input.ts'
import { TestTerminal } from '../testing/terminal.ts'
import { App } from './App.tsx'

const node = aNode()
const ENV = { TERM: 'xterm-256color' }
const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** The program's screen on a terminal model, without daemon: what is pressed goes in as bytes. */
function setUp(size: { columns: number; rows: number }, state: Partial<ChatState> = {}) {
  const terminal = new TestTerminal(size)
  const written: string[] = []
  let drawn = Promise.resolve()
  const output = {
    isTTY: true,
    ...size,
    write: (data: string, done?: () => void) => {
      written.push(data)
      drawn = terminal.write(data)
      done?.()
      return true
    },
  }
  const stdin = Object.assign(new PassThrough(), { setRawMode: () => stdin })
  const stream = new ScreenStream(output)
  const store = new Store(aState({ link: { at: 'ready' }, node, screen: size, ...state }))
  const context = aContext()
  const sent: string[] = []
  const idle = async (): Promise<void> => {}
  const session = {
    isReady: true,
    send: async ({ text }: { text: string }) => {
      sent.push(text)
      return 'stored' as const
    },
    call: async () => true as never,
    retryNow: () => {},
    loadOlder: idle,
    loadNewer: idle,
    loadNewest: idle,
    loadShown: idle,
    forget: async () => 0,
    loadAround: async () => {},
    refreshRooms: idle,
    refreshNode: idle,
    callRaw: idle,
    reconnect: () => {},
  }
  const redraw = (): void => {
    stream.discardFrame(() => instance.clear())
    instance.rerender(app)
  }
  const controller = new Controller({
    store,
    settings: keptSettings().keeper,
    session,
    context,
    history: noHistory,
    clock: new ManualClock(),
    signal: () => {},
    factsChanged: () => {},
    frames: () => null,
    quit: () => {},
    redraw,
    suspend: () => {},
    editText: async () => ({ kind: 'failed', reason: 'no editor' }),
  })
  const input = new TerminalInput({
    stdin,
    write: stream.write,
    clock: new ManualClock(),
    onEvents: (events) => controller.handle(toKeyActions(events, DEFAULT_KEY_MAP)),
  })
  const app = <App store={store} context={context} clock={new ManualClock()} env={ENV} />
  stream.begin()
  const instance = render(app, {
    stdout: stream as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    patchConsole: false,
    maxFps: 1_000,
  })
  input.start()
  cleanups.push(() => {
    input.pause()
    instance.unmount()
  })
  return {
    terminal,
    store,
    sent,
    written,
    stream,
    instance,
    press: (bytes: string) => stdin.write(bytes),
    resize(columns: number, rows: number): void {
      Object.assign(output, { columns, rows })
      terminal.resize(columns, rows)
      stream.discardFrame(() => instance.clear())
      store.dispatch({ type: 'resized', screen: { columns, rows } })
    },
    /** Resolves once the screen is so. */
    async shows(holds: (terminal: TestTerminal) => boolean): Promise<void> {
      for (;;) {
        await instance.waitUntilRenderFlush()
        await drawn
        if (holds(terminal)) return
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
    },
  }
}

describe('the screen', () => {
  it('shows talk, status bar and input, the cursor at the caret', async () => {
    const app = setUp({ columns: 70, rows: 8 })
    app.store.dispatch({ type: 'live', messages: someMessages(1, 3) })
    await app.shows(({ text }) => text.includes('line 3'))
    expect(app.terminal.rows.slice(3, 6).map((row) => row.slice(-6))).toEqual(['line 1', 'line 2', 'line 3'])
    expect(app.terminal.rows[6]!.trimEnd()).toMatch(/1 peer · dchat · everybody reads this · alice · daemon ok$/u)
    expect(app.terminal.cursor).toEqual({ x: 2, y: 7 })
    app.press('h世')
    await app.shows(({ rows }) => rows[7] === '> h世')
    expect(app.terminal.cursor).toEqual({ x: 5, y: 7 })
    expect(app.terminal.isAlternate).toBe(true)
  })

  it('sends on Enter, breaks the line on Ctrl+J and grows', async () => {
    const app = setUp({ columns: 60, rows: 8 })
    app.press('one\ntwo')
    await app.shows(({ rows }) => rows[7] === '  two')
    expect(app.terminal.rows[6]).toBe('> one')
    expect(app.terminal.cursor).toEqual({ x: 5, y: 7 })
    app.press('\r')
    await app.shows(({ rows }) => rows[7] === '>')
    expect(app.sent).toEqual(['one\ntwo'])
  })

  it('takes a marked paste without sending it', async () => {
    const app = setUp({ columns: 60, rows: 8 })
    await app.shows(({ rows }) => rows[7] === '>')
    app.press('\u001b[200~a\rb\r\u001b[201~')
    await app.shows(({ rows }) => rows[6] === '> a' && rows[7] === '  b')
    expect(app.sent).toEqual([])
  })

  it('draws 20x5 and comes back, in one piece each time', async () => {
    const app = setUp({ columns: 80, rows: 12 })
    app.store.dispatch({ type: 'live', messages: someMessages(1, 40) })
    app.press('draft')
    await app.shows(({ text }) => text.includes('line 40') && text.includes('> draft'))
    const before = app.terminal.rows
    app.resize(20, 5)
    await app.shows(({ text }) => text.includes('line 40') && text.includes('> draft') && text.includes('1p · dchat · ok'))
    expect(app.terminal.rows).toHaveLength(5)
    app.resize(80, 12)
    await app.shows(({ rows }) => rows.join('\n') === before.join('\n'))
    expect(app.terminal.cursor).toEqual({ x: 7, y: 11 })
  })

  it('draws everything anew on Ctrl+L', async () => {
    const app = setUp({ columns: 60, rows: 6 })
    app.store.dispatch({ type: 'live', messages: someMessages(1, 3) })
    await app.shows(({ text }) => text.includes('line 3'))
    const before = app.terminal.rows
    await app.terminal.write('\u001b[2;2Hgarbage from elsewhere')
    app.press('\u000c')
    await app.shows(({ text }) => !text.includes('garbage'))
    expect(app.terminal.rows).toEqual(before)
  })

  it('mounts what is on screen only', async () => {
    const app = setUp({ columns: 60, rows: 10 })
    app.store.dispatch(aPage(someMessages(1, 3_000)))
    await app.shows(({ text }) => text.includes('line 3000'))
    expect(app.written.join('')).not.toContain('line 2000')
  })

  it('leaves the terminal as it was', async () => {
    const app = setUp({ columns: 60, rows: 6 })
    await app.shows(({ isAlternate }) => isAlternate)
    await app.terminal.write(app.stream.restore())
    expect(app.terminal.isAlternate).toBe(false)
  })
})

const ESC = '\u001b'
const PAYLOADS: readonly string[] = [
  `${ESC}]0;owned\u0007`,
  `${ESC}]2;owned${ESC}\\`,
  '\u009d0;owned\u009c',
  `${ESC}]52;c;b3duZWQ=\u0007`,
  `${ESC}]8;;http://x\u0007click${ESC}]8;;\u0007`,
  `${ESC}[2J`,
  `${ESC}[1;1H`,
  `${ESC}[31;8m`,
  `${ESC}[?1049l`,
  `${ESC}[?25l`,
  `${ESC}c`,
  `${ESC}#8`,
  `${ESC}(0`,
  `${ESC}[5;10r`,
  `${ESC}[6n`,
  `${ESC}[c`,
  `${ESC}P$q"p${ESC}\\`,
  `${ESC}_x${ESC}\\`,
  `${ESC}^x${ESC}\\`,
  `${ESC}Xx${ESC}\\`,
  `${ESC}[`,
  `${ESC}]0;cut`,
  `${ESC}`,
  `${ESC}${ESC}[A`,
  '\u009b31m',
  '\u0090q\u009c',
  '\r',
  '\r\n\r\n',
  '\b\b\b\b',
  '\u0007',
  '\u000b',
  '\u000c',
  '\u000e',
  '\u000f',
  '\u007f',
  '\u0085',
  '\u008d',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u{e0041}',
  `a${'\u0301'.repeat(500)}`,
  '\ufeff',
  '\u3164',
  '\u115f',
  '\t\t\t',
  '\0',
  '\n'.repeat(30),
]

describe('colours', () => {
  const ESC = '\\u001b\\['
  const has = (codes: string, text: string): boolean => new RegExp(`${ESC}(?:[\\d;]*;)?${codes}[;m]`, 'u').test(text)

  it('are as many as are wanted, from the change on; without any, weight is left', async () => {
    const app = setUp({ columns: 70, rows: 8 })
    app.store.dispatch({ type: 'live', messages: someMessages(1, 1) })
    await app.shows(({ text }) => text.includes('line 1'))
    const drawn = async (change: Partial<Settings>): Promise<string> => {
      app.written.length = 0
      app.store.dispatch({ type: 'settings', settings: { ...app.store.state.settings, ...change } })
      await app.shows(() => app.written.length > 0)
      return app.written.join('')
    }
    expect(has('3[2-6]', app.written.join(''))).toBe(true)
    expect(has('38;5;\\d+', await drawn({ nickColors: 'extended' }))).toBe(true)
    expect(has('38;2;\\d+;\\d+;\\d+', await drawn({ colors: 'truecolor' }))).toBe(true)
    expect(has('[349]\\d', await drawn({ theme: 'mono' }))).toBe(false)
    expect(app.terminal.isStyled(6)).toBe(true)
    expect(has('[34]8;2', await drawn({ theme: 'light' }))).toBe(true)
    expect(has('[349]\\d', await drawn({ colors: 'none' }))).toBe(false)
    expect(app.terminal.isStyled(6)).toBe(true)
  })

  it('leave a line without its time at once, and a narrower nick column', async () => {
    const app = setUp({ columns: 70, rows: 8 })
    app.store.dispatch({ type: 'live', messages: someMessages(1, 1) })
    await app.shows(({ text }) => text.includes('line 1'))
    app.store.dispatch({ type: 'settings', settings: { ...app.store.state.settings, showTime: false, nickColumns: 5 } })
    await app.shows(({ rows }) => rows[5]!.startsWith('~'))
    expect(app.terminal.rows[5]).toMatch(/^~\w{4} │ line 1$/u)
  })
})

describe('text from others', () => {
  it('changes nothing but its own place, whatever it holds', async () => {
    const app = setUp({ columns: 70, rows: 10 })
    const answers: string[] = []
    app.terminal.onAnswer((data) => answers.push(data))
    let seq = 0
    const draw = async (texts: { text: string; nick: string }): Promise<void> => {
      seq += 1
      const author = { key: 'k', nick: texts.nick, tag: null, held: true, from: null }
      const last = toMessage({ ...aMessage(seq), text: `${texts.text} END${seq}`, author })!
      const neighbour = aMessage(seq + 1_000_000, { text: `neighbour ${seq}`, received: last.received })
      app.store.dispatch(aPage([last, neighbour]))
      await app.shows(({ text }) => text.includes(`neighbour ${seq}`))
      expect(app.terminal.title).toBe('')
      expect(app.terminal.isAlternate).toBe(true)
      expect(app.terminal.cursor).toEqual({ x: 2, y: 9 })
      expect(app.terminal.rows[9]).toBe('>')
      expect(app.terminal.rows[8]).toContain('daemon ok')
      expect(app.terminal.rows[7]).toMatch(/^\d\d:\d\d +~\w{4} │ neighbour \d+$/u)
      expect(app.terminal.isStyled(9)).toBe(false)
    }
    for (const payload of PAYLOADS) {
      await draw({ text: payload, nick: 'mallory' })
      await draw({ text: `before ${payload} after`, nick: payload })
    }
    const hostile = fc
      .array(fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 6 })
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (text, nick) => draw({ text, nick })),
      { numRuns: 100 },
    )
    expect(answers).toEqual([])
  })
})

describe('a row whose width terminals do not agree about', () => {
  it('is drawn from its beginning when its end changes', async () => {
    const rooms = [plainRoom('dchat'), CATS]
    const app = setUp({ columns: 90, rows: 8 }, { rooms })
    app.store.dispatch({ type: 'shown', room: CATS.room })
    for (const members of [1, 2, 13]) {
      app.store.dispatch({ type: 'facts', room: CATS.room, facts: { kind: 'private', members, unverified: 0, people: [] } })
      await app.shows(({ text }) => text.includes(`members of cats (${members}) · alice · daemon ok`))
    }
    app.store.dispatch({ type: 'live', messages: [aMessage(1, { room: CATS.room, own: true, text: '👩‍👩‍👧 世界 🏳️‍🌈' })] })
    for (const written of [3, 12]) {
      app.store.dispatch({ type: 'delivery', seq: 1, delivery: { state: 'sent', written, held: 0 } })
      await app.shows(({ rows: drawn }) => drawn[5]!.endsWith(` ✓${written}`))
    }
    expect(app.terminal.rows[7]).toBe('>')
  })
})
