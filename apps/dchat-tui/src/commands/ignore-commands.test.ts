import { rpcError } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { HearingKeeper } from '../app/hearing-keeper.ts'
import { MAX_IGNORES } from '../limits.ts'
import { isSamePeer } from '../state/ignores.ts'
import { Store } from '../state/store.ts'
import { NOON, aContext, aMessage, aState, anAuthor } from '../testing/builders.ts'
import { commandBench } from '../testing/command-bench.ts'
import type { CommandBench } from '../testing/command-bench.ts'
import { ANN, BOB } from '../testing/people.ts'
import { peerTag } from '../view/author.ts'
import { buildScreen } from '../view/screen.ts'

const SPAMMER = 'tcp://203.0.113.9:40001'
const spam = (seq: number, port = 40_001) =>
  aMessage(seq, { text: `spam ${seq}`, author: anAuthor({ from: `tcp://203.0.113.9:${port}` }) })
const drawn = ({ store }: CommandBench): string[] =>
  buildScreen(store.state, aContext())
    .talk.map(({ spans }) => spans.map(({ text }) => text).join(''))
    .filter((text) => text !== '')
    .map((text) => text.replace(/^.*│ /u, ''))

describe('/ignore', () => {
  it('lets the daemon leave out the lines of a key, and hides what came before', async () => {
    const bench = commandBench({ messages: [aMessage(1, { author: ANN }), aMessage(2, { author: BOB })] })
    expect(await bench.run('/ignore ann')).toContain('not shown from now on: lines of ann')
    expect(bench.named('chat.ignore')).toEqual([{ key: ANN.key, on: true }])
    expect(drawn(bench).slice(0, 2)).toEqual(['1 line hidden; /ignores show', 'line 2'])
  })

  it('hides unsigned lines of a peer whatever its port, by its mark or address, together', async () => {
    const bench = commandBench({ messages: [aMessage(1), spam(2), spam(3, 50_002), aMessage(4, { author: ANN }), spam(5)] })
    await bench.run(`/ignore ${peerTag(SPAMMER)}`)
    const rows = ['line 1', '2 lines hidden; /ignores show', 'line 4', '1 line hidden; /ignores show']
    expect(drawn(bench).slice(0, 4)).toEqual(rows)
    expect(bench.named('chat.ignore')).toEqual([])
    await bench.run('/ignores show')
    expect(drawn(bench).slice(0, 5)).toEqual(['line 1', 'spam 2', 'spam 3', 'line 4', 'spam 5'])
    await bench.run('/ignores hide')
    expect(drawn(bench).slice(0, 4)).toEqual(rows)
    expect(await commandBench().run('/ignore ~zzzz')).toContain('no line of ~zzzz is loaded')
    const other = commandBench({ messages: [spam(1)] })
    await other.run('/ignore tcp://203.0.113.9:1')
    expect(drawn(other)[0]).toBe('1 line hidden; /ignores show')
  })

  it('hides lines that match a pattern, in any case, and takes no longer for bad ones', async () => {
    const long = `${'a'.repeat(60_000)}b`
    const messages = [aMessage(1, { text: long }), aMessage(2, { text: 'Buy NOW' }), aMessage(3, { own: true, text: 'buy now' })]
    const bench = commandBench({ messages })
    await bench.run('/ignore /buy\\s+now/')
    await bench.run('/ignore /(a|aa)+$/')
    expect(drawn(bench).join('\n')).toContain('1 line hidden; /ignores show\nbuy now ✓2')
    expect(await bench.run('/ignore /(/')).toContain('is no pattern')
    expect(await bench.run(`/ignore /${'a'.repeat(300)}/`)).toContain('at most 256 characters')
  })

  it('counts no hidden line as unread, and marks none as new', async () => {
    const bench = commandBench({ messages: [aMessage(1)] })
    const { store } = bench
    await bench.run('/ignore /spam/')
    store.dispatch({ type: 'read', room: 'dchat', seq: 1 })
    store.dispatch({ type: 'focused', isFocused: false })
    store.dispatch({ type: 'live', messages: [spam(2), spam(3)] })
    expect(store.state.rooms[0]).toMatchObject({ unread: 0, lastSeq: 3 })
    expect(drawn(bench).join()).not.toContain('new')
    store.dispatch({ type: 'live', messages: [aMessage(4)] })
    expect(store.state.rooms[0]).toMatchObject({ unread: 1 })
  })

  it('ends after its time, here and not in the daemon', async () => {
    const bench = commandBench({ messages: [aMessage(1, { author: ANN })] })
    const keeper = new HearingKeeper({ store: bench.store, session: { call: async () => [] as never } })
    bench.store.dispatch({ type: 'ticked', nowMs: 0 })
    keeper.start()
    expect(await bench.run('/ignore ann -time 2h')).toContain('lines of ann')
    expect(bench.store.state.ignores).toMatchObject([{ by: 'key', until: 7_200_000 }])
    expect(bench.named('chat.ignore')).toEqual([])
    bench.store.dispatch({ type: 'ticked', nowMs: 7_199_999 })
    expect(bench.store.state.ignores).toHaveLength(1)
    bench.store.dispatch({ type: 'ticked', nowMs: 7_200_000 })
    expect(bench.store.state.ignores).toEqual([])
    keeper.stop()
    expect(await bench.run('/ignore ann -time soon')).toContain('-time takes a number with s, m, h or d')
  })

  it('is bounded', async () => {
    const bench = commandBench()
    for (let index = 0; index < MAX_IGNORES; index += 1) await bench.run(`/ignore /x${index}/`)
    expect(await bench.run('/ignore /one more/')).toContain('/unignore one first')
    expect(await bench.run('/ignore /x0/')).toContain('not shown from now on')
  })
})

describe('/ignores and /unignore', () => {
  it('list what daemon and client ignore, and show it again by number, name or pattern', async () => {
    const bench = commandBench({ messages: [spam(1)], answers: { 'chat.ignored': [BOB] } })
    await bench.run('/ignore /spam/ -time 30m')
    await bench.run('/ignore tcp://203.0.113.9:1')
    expect(await bench.run('/ignores')).toBe(
      '1  lines of bob#bobtag000\n2  lines that match /spam/, for 30 min more\n3  unsigned lines of tcp://203.0.113.9:1',
    )
    await bench.run('/unignore 1')
    expect(bench.named('chat.ignore')).toEqual([{ key: BOB.key, on: false }])
    await bench.run('/unignore /spam/')
    await bench.run('/unignore tcp://203.0.113.9:1')
    expect(bench.store.state.ignores.filter(({ by }) => by !== 'key')).toEqual([])
    expect(await bench.run('/unignore carol')).toContain('carol is not ignored')
  })

  it('do without a daemon that ignores nobody', async () => {
    const bench = commandBench({ answers: { 'chat.ignored': rpcError('method_not_found', '') } })
    expect(await bench.run('/ignores')).toContain('nothing is ignored')
    await bench.run('/ignore /spam/')
    expect(await bench.run('/ignores')).toBe('1  lines that match /spam/')
    await bench.run('/unignore 1')
    expect(bench.store.state.ignores).toEqual([])
  })
})

describe('isSamePeer', () => {
  it('takes a host for one peer, but on this machine each port', () => {
    expect(isSamePeer('tcp://203.0.113.9:1', 'tcp+tls://203.0.113.9:2')).toBe(true)
    expect(isSamePeer('tcp://[2001:db8::1]:1', 'tcp://[2001:db8::1]:2')).toBe(true)
    expect(isSamePeer('tcp://203.0.113.9:1', 'tcp://203.0.113.99:1')).toBe(false)
    expect(isSamePeer('tcp://127.0.0.1:1', 'tcp://127.0.0.1:2')).toBe(false)
    expect(isSamePeer('tcp://127.0.0.1:1', 'tcp://127.0.0.1:1')).toBe(true)
    expect(isSamePeer('nonsense', 'nonsense2')).toBe(false)
  })
})

describe('HearingKeeper', () => {
  it('adds the words of the settings and takes on ignored keys, at each link; new words at once', async () => {
    const store = new Store(aState({ nowMs: NOON }))
    store.dispatch({ type: 'settings', settings: { ...store.state.settings, highlight: ['Release', 'cats'] } })
    const calls: [string, unknown][] = []
    const answers: Record<string, unknown> = { 'chat.highlights': ['release'], 'chat.ignored': [ANN] }
    const keeper = new HearingKeeper({
      store,
      session: {
        call: async (method, params) => {
          calls.push([method, params])
          return answers[method] as never
        },
      },
    })
    keeper.start()
    for (const at of ['ready', 'connecting', 'ready'] as const) {
      store.dispatch({ type: 'link', link: { at } })
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    for (const change of [{ mouse: true }, { highlight: ['dogs'] }]) {
      store.dispatch({ type: 'settings', settings: { ...store.state.settings, ...change } })
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    keeper.stop()
    expect(calls.filter(([method]) => method === 'chat.set_highlights')).toEqual([
      ['chat.set_highlights', { words: ['release', 'cats'] }],
      ['chat.set_highlights', { words: ['release', 'cats'] }],
      ['chat.set_highlights', { words: ['release', 'dogs'] }],
    ])
    expect(store.state.ignores).toMatchObject([{ by: 'key', key: ANN.key, isKeptByDaemon: true }])
  })
})

describe('/hilight and /dehilight', () => {
  it('list, add and take away words that the daemon keeps', async () => {
    let words: string[] = []
    const bench = commandBench({
      answers: {
        'chat.highlights': () => words,
        'chat.set_highlights': (params: { words: string[] }) => (words = params.words),
      },
    })
    expect(await bench.run('/hilight')).toContain('only your name counts as a mention')
    expect(await bench.run('/hilight release')).toBe('mentions from now on, beside your name: release')
    expect(await bench.run('/highlight cat food')).toContain('release, cat food')
    expect(await bench.run('/hilight RELEASE')).toContain('already')
    expect(await bench.run('/dehilight dogs')).toContain('the words are: release, cat food')
    expect(await bench.run('/dehilight Release')).toBe('mentions, beside your name: cat food')
    expect(await bench.run('/hilight')).toBe('mentions, beside your name: cat food')
  })
})
