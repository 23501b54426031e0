import { RpcClient } from '@dchat/rpc'
import { ManualClock, SeededRandom } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatSession } from '../session/chat-session.ts'
import { Store } from '../state/store.ts'
import { aMessage, aState } from '../testing/builders.ts'
import { keptSettings } from '../testing/kept-settings.ts'
import { eventually, stateWhere } from '../testing/eventually.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { FAKE_ANN, INVITATION, SECRET, STRANGER, anInvitation } from '../testing/people.ts'
import { messageLine, noticeLine } from './format.ts'
import { inputLines } from './input-lines.ts'
import type { InputLine } from './input-lines.ts'
import { PlainMode } from './plain-mode.ts'

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text)
}

/** The line mode on a daemon, fed with `input`. */
function setUp(daemon: FakeDaemon, input: AsyncIterable<string>, options: { isScript?: boolean } = {}) {
  const clock = new ManualClock()
  const store = new Store(aState())
  const session = new ChatSession(
    {
      onFailure: (error) => {
        throw error
      },
    },
    {
      connect: (signal) => RpcClient.connect({ kind: 'unix', path: daemon.socketPath }, { signal, clock }),
      clock,
      random: new SeededRandom(1),
      dispatch: (action) => {
        store.dispatch(action)
        mode.heard(action)
      },
      state: () => store.state,
    },
  )
  const printed: string[] = []
  const noted: string[] = []
  const { keeper } = keptSettings()
  keeper.onChange = (change) => store.dispatch({ type: 'settings', settings: { ...store.state.settings, ...change } })
  const mode = new PlainMode({
    store,
    settings: keeper,
    session,
    input,
    isScript: options.isScript ?? true,
    factsChanged: () => {},
    now: () => clock.nowMs(),
    isStarting: () => false,
    howToStart: 'dchatd',
    print: (text) => printed.push(text),
    note: (text) => noted.push(text),
  })
  session.start()
  return { clock, store, mode, printed, noted, [Symbol.asyncDispose]: () => session.stop() }
}

describe('PlainMode', () => {
  it('prints the tail of the history, sends what is piped in, and ends when all is answered', async () => {
    await using daemon = new FakeDaemon()
    await daemon.start()
    for (let index = 0; index < 30; index += 1) daemon.receive()
    await using plain = setUp(daemon, pieces('hello\nwor', 'ld\n/me wav', 'es'))
    expect(await plain.mode.run()).toBe(0)
    expect(daemon.calls.filter((call) => call.method === 'chat.send').map((call) => call.params['text'])).toEqual([
      'hello',
      'world',
      'waves',
    ])
    expect(plain.printed[0]).toMatch(/^-- Mon, 2026-03-02 --$/u)
    expect(plain.printed).toHaveLength(1 + 20 + 3)
    expect(plain.printed[1]).toMatch(/^\d\d:\d\d ~\w{4}: line 11$/u)
    expect(plain.printed.at(-1)).toMatch(/^\d\d:\d\d \* alice waves \[sent to 3 peers\]$/u)
    expect(plain.noted).toEqual([])
  })

  it('is 1 when the daemon refuses, 2 for a bad line, and goes on', async () => {
    await using daemon = new FakeDaemon()
    await daemon.start()
    daemon.nextSend = 'refuse'
    await using refused = setUp(daemon, pieces('a\nb\n'))
    expect(await refused.mode.run()).toBe(1)
    expect(refused.noted).toEqual(['-- not sent: the disk is full: a'])
    expect(daemon.messages.map((message) => message.text)).toEqual(['b'])
    await using bad = setUp(daemon, pieces('/nope\n/connect refused:1\nfine\n'))
    expect(await bad.mode.run()).toBe(2)
    expect(bad.noted.at(-1)).toContain('/connect: connection refused')
    expect(daemon.messages.at(-1)?.text).toBe('fine')
  })

  it('is 3 at once when a script finds no daemon', async () => {
    await using daemon = new FakeDaemon()
    await using plain = setUp(daemon, pieces('lost\n'))
    expect(await plain.mode.run()).toBe(3)
    expect(plain.noted[0]).toMatch(/^-- the daemon is away: /u)
  })

  it('waits for the daemon when a person types', async () => {
    await using daemon = new FakeDaemon()
    await using plain = setUp(daemon, pieces('hello\n'), { isScript: false })
    const code = plain.mode.run()
    await stateWhere(plain.store, (state) => state.link.at === 'away')
    await daemon.start()
    await plain.clock.advance(15_000)
    expect(await code).toBe(0)
    expect(daemon.messages.map((message) => message.text)).toEqual(['hello'])
  })

  it.each([
    ['storeAndCut', 0, 1],
    ['cut', 3, 0],
  ] as const)('finds out about a lost answer: %s is %i', async (fate, code, stored) => {
    await using daemon = new FakeDaemon()
    await daemon.start()
    await using plain = setUp(daemon, pieces('x\n'), { isScript: false })
    daemon.nextSend = fate
    daemon.isLagging = true
    const ended = plain.mode.run()
    await stateWhere(plain.store, (state) => state.wasReady && state.link.at === 'away')
    daemon.isLagging = false
    await plain.clock.advance(15_000)
    expect(await ended).toBe(code)
    expect(daemon.messages).toHaveLength(stored)
    await eventually(() => plain.printed.length === (stored === 0 ? 0 : 2))
  })

  it('names the room of lines that are said elsewhere, and goes there', async () => {
    await using daemon = new FakeDaemon()
    await daemon.start()
    daemon.receive({ room: 'cats', text: 'old cat' })
    const said = async function* (): AsyncGenerator<string> {
      daemon.receive({ room: 'cats', text: 'new cat' })
      await eventually(() => plain.printed.some((line) => line.includes('new cat')))
      yield '/buffer cats\n'
      yield 'meow\n'
    }
    await using plain = setUp(daemon, said())
    expect(await plain.mode.run()).toBe(0)
    expect(plain.printed[1]).toMatch(/^\[cats\] \d\d:\d\d ~\w{4}: new cat$/u)
    expect(plain.printed.slice(2).map((line) => line.replace(/^.{6}(?:~\w{4})?/u, ''))).toEqual([
      ': old cat',
      'alice: meow [sent to 3 peers]',
    ])
    expect(daemon.messages.at(-1)).toMatchObject({ room: 'cats', text: 'meow' })
  })

  it('prints live lines once each, and stops at /quit', async () => {
    await using daemon = new FakeDaemon()
    await daemon.start()
    const gate = Promise.withResolvers<void>()
    async function* later(): AsyncGenerator<string> {
      await gate.promise
      yield '/quit\nnever sent\n'
    }
    await using plain = setUp(daemon, later())
    const code = plain.mode.run()
    await stateWhere(plain.store, (state) => state.link.at === 'ready')
    daemon.receive({ text: 'one' })
    daemon.receive({ text: 'two\nlines' })
    await eventually(() => plain.printed.length === 3)
    gate.resolve()
    expect(await code).toBe(0)
    expect(plain.printed.map((line) => line.replace(/^\d\d:\d\d ~\w{4}/u, 'T'))).toEqual([
      expect.stringMatching(/^-- /u),
      'T: one',
      'T: two\n      | lines',
    ])
    expect(daemon.messages).toHaveLength(2)
  })

  it('does not take a line that is too long', async () => {
    await using daemon = new FakeDaemon()
    await daemon.start()
    await using plain = setUp(daemon, pieces(`${'x'.repeat(70_000)}\nshort\n`))
    expect(await plain.mode.run()).toBe(2)
    expect(daemon.messages.map((message) => message.text)).toEqual(['short'])
  })
})

describe('inputLines', () => {
  it('gives the same lines however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', '世', '\n', '\r\n', ' ') })),
        fc.array(fc.integer({ min: 1, max: 4 })),
        async (texts, cuts) => {
          const bytes = Buffer.from(texts.join(''))
          async function* cut(): AsyncGenerator<Uint8Array> {
            let at = 0
            for (let index = 0; at < bytes.length; index += 1) {
              const size = cuts[index % Math.max(1, cuts.length)] ?? bytes.length
              yield bytes.subarray(at, at + size)
              at += size
            }
          }
          const lines: InputLine[] = []
          for await (const line of inputLines(cut())) lines.push(line)
          const expected = bytes.toString('utf8').split('\n')
          if (expected.at(-1) === '') expected.pop()
          expect(lines).toEqual(expected.map((text) => ({ kind: 'line', text: text.replace(/\r$/u, '') })))
        },
      ),
    )
  })
})

describe('settings in the line mode', () => {
  it('are shown, set and kept as on the screen', async () => {
    await using daemon = new FakeDaemon()
    daemon.receive()
    await daemon.start()
    const lines = '/set time_format %Y\n/theme light\n/keys undo\n/set paste_lines many\n/ts\n/nick bob\n'
    await using plain = setUp(daemon, pieces(lines))
    expect(await plain.mode.run()).toBe(1)
    const noted = plain.noted.join('\n')
    expect(noted).toContain('-- time_format = "%Y"  # /set')
    expect(noted).toContain('-- the theme is "light", by /set')
    expect(noted).toMatch(/^-- {3}Ctrl\+_.* undo: undo$/mu)
    expect(noted).toContain('-- /set: paste_lines must be a whole number from 1 to 1000')
    expect(plain.store.state.settings).toMatchObject({ timeFormat: '%Y', theme: 'light', showTime: false, pasteLines: 5 })
  })
})

describe('messageLine', () => {
  it('tells in words how far own lines got, and shows no control', () => {
    const own = (delivery: ReturnType<typeof aMessage>['delivery']): string =>
      messageLine(aMessage(1, { own: true, text: 'hi', delivery }), { ownNick: 'alice', room: null, timeFormat: '%R' }).slice(6)
    expect(own({ state: 'stored', written: 0, held: 0 })).toBe('alice: hi [stored, no peer yet]')
    expect(own({ state: 'sent', written: 1, held: 0 })).toBe('alice: hi [sent to 1 peer]')
    expect(own({ state: 'failed', written: 0, held: 0 })).toBe('alice: hi [not sent]')
    expect(
      messageLine(aMessage(1, { text: '\u001b[31mred\n-- forged' }), { ownNick: null, room: null, timeFormat: '%R' }).slice(6),
    ).toMatch(/^~\w{4}: ␛red\n {6}\| -- forged$/u)
    expect(messageLine(aMessage(1, { text: 'hi' }), { ownNick: null, room: '+a] [b', timeFormat: '%R' })).toMatch(
      /^\[\+a\? \?b\] \d\d:\d\d ~\w{4}: hi$/u,
    )
    expect(messageLine(aMessage(1, { text: 'hi' }), { ownNick: null, room: null, timeFormat: null })).toMatch(/^~\w{4}: hi$/u)
    expect(noticeLine('a\nb\u0007')).toBe('-- a\n-- b␇')
  })
})

describe('what is encrypted, in lines', () => {
  const place = { ownNick: 'alice', room: null, timeFormat: '%R' }

  it('is told in words', () => {
    expect(messageLine(anInvitation(1), place).slice(6)).toBe('-- ann#anntag000 invites you to +cats: /accept')
    expect(messageLine(aMessage(1, { author: STRANGER, text: 'hi' }), place).slice(6)).toBe('?strangerxy (unverified): hi')
    const plain = { invitation: null, text: 'hi' }
    expect(messageLine(anInvitation(1, { ...plain, author: FAKE_ANN }), place).slice(6)).toBe(
      'ann#faketag000: hi [NOT the ann you know: another key; /verify ann#faketag000]',
    )
    const own = { ...plain, own: true, id: null, delivery: { state: 'stored', written: 0, held: 0 } } as const
    expect(messageLine(anInvitation(1, own), place).slice(6)).toBe('ann: hi [waits for a key]')
  })

  it('does not leave in the clear without a yes', async () => {
    await using daemon = new FakeDaemon()
    await daemon.start()
    const sent = (): unknown[] => daemon.calls.flatMap(({ method, params }) => (method === 'chat.send' ? [params] : []))
    await using refused = setUp(daemon, pieces(`${INVITATION}\nhello\n`))
    expect(await refused.mode.run()).toBe(1)
    expect(refused.noted.join('\n')).toMatch(/Everybody reads dchat[^]*\/yes does it[^]*not done/u)
    expect(sent()).toEqual([{ text: 'hello', room: 'dchat', kind: 'text' }])
    await using atEnd = setUp(daemon, pieces(INVITATION))
    expect(await atEnd.mode.run()).toBe(1)
    expect(sent()).toHaveLength(1)
    await using meant = setUp(daemon, pieces(`${INVITATION}\n/yes\n/yes\n`))
    expect(await meant.mode.run()).toBe(1)
    expect(sent()[1]).toEqual({ text: INVITATION, room: 'dchat', kind: 'text', in_clear: true })
    expect(meant.noted.at(-1)).toContain('nothing was asked')
    expect(sent()).toHaveLength(2)
    expect([...refused.printed, ...meant.printed, ...meant.noted].join('\n')).not.toContain(SECRET)
  })
})
