/**
 * What harms terminals and those who read there, as text, nick, room, topic, invitation and address, drawn by the built program: the
 * terminal stays as it is, and gets nothing that harmless words would not bring about too.
 */
import { METHODS } from '@dchat/rpc/schemas'
import { findHarm, hostileTexts, poisoned } from '@dchat/system/testing'
import { expect, onTestFailed, test } from 'vitest'
import { FakeDaemon } from '../src/testing/fake-daemon.ts'
import { readableText, sequenceKinds } from '../src/testing/sequences.ts'
import { TestHome, TuiProcess } from './tui-process.ts'

const TEXTS = hostileTexts().map(({ text }) => text)
const KINDS = ['text', 'action', 'topic', 'system'] as const
/** Lines that come at once; the last of them is an anchor, which is waited for. */
const BATCH = 40
const ROOMS = 60

/** One run of everything with each text told by `words`. */
async function shown(words: (text: string) => string): Promise<{ output: string; left: string }> {
  using home = new TestHome()
  await using daemon = new FakeDaemon(home.socketPath)
  const texts = TEXTS.map(words)
  daemon.channels = texts.slice(0, 200).map((url, id) => ({ url, session: url, id }))
  for (const [index, name] of texts.slice(0, ROOMS).entries()) {
    const kind = (['public', 'private'] as const)[index % 2]!
    daemon.setRoom(`${kind === 'private' ? 'p.' : 'r'}${index}`, { joined: true, kind, name, topic: texts.at(-1 - index)! })
  }
  const network = texts.filter((_, index) => index % 20 === 0).map((text) => text.slice(0, 40))
  daemon.network = poisoned(METHODS.get('net.status')!.example.result, network.join(' ')) as object
  daemon.receive({ text: 'anchor 0000', nick: 'anchor', key: 'ff'.repeat(32) })
  await daemon.start()
  await using tui = new TuiProcess({ home: home.path })
  onTestFailed(() => console.error(`The screen was:\n${tui.terminal.text}`))
  await tui.shows(({ text }) => text.includes('anchor 0000') && text.includes('daemon ok'))
  const looks = (): unknown => {
    const { terminal } = tui
    const row = terminal.rows.findIndex((one) => one.includes('anchor 0'))
    const anchor = terminal.styles(row).slice(terminal.rows[row]?.indexOf(' │ anchor 0'))
    return { modes: terminal.modes, cursor: terminal.cursor, isAlternate: terminal.isAlternate, anchor }
  }
  const before = looks()
  for (let first = 0; first < texts.length; first += BATCH) {
    for (const [offset, text] of texts.slice(first, first + BATCH).entries()) {
      const key = ((first + offset) % 256).toString(16).padStart(2, '0').repeat(32)
      const room = `p.${'ab'.repeat(16)}`
      const invitation = offset % 10 === 9 ? { room, name: text, replaces: null, joined: false } : null
      daemon.receive({ text, nick: text, key, from: text, kind: KINDS[offset % KINDS.length]!, invitation })
    }
    const anchor = `anchor ${first.toString().padStart(4, '0')} came`
    daemon.receive({ text: anchor, nick: 'anchor', key: 'ff'.repeat(32) })
    await tui.shows(({ rows }) => rows.some((row) => row.includes(anchor)))
    expect(looks()).toEqual(before)
  }
  tui.type('still here\r')
  await tui.showsText('still here ✓3')
  for (const command of ['/peers', '/rooms', '/names', '/whois anchor', '/buffer 2', '/buffer dchat']) {
    tui.type(command)
    await tui.shows(({ rows }) => rows[23] === `> ${command}`)
    tui.type('\r')
    await tui.shows(({ rows }) => rows[23] === '>')
  }
  tui.type('\u001bg')
  await tui.showsText('[Tab] next part')
  for (let page = 0; page < 5; page += 1) tui.type('\u001b[6~')
  tui.type('\u001b')
  await tui.shows(({ text }) => !text.includes('[Tab] next part'))
  tui.resize(20, 5)
  await tui.shows(({ rows }) => rows.length === 5 && rows[4] === '>')
  tui.resize(100, 24)
  await tui.shows(({ rows }) => rows.length === 24 && rows[23] === '>')
  const { modes, cursor, isAlternate } = tui.terminal
  expect({ modes, cursor, isAlternate }).toEqual({ ...(before as object), anchor: undefined })
  expect(tui.terminal.clipboard).toEqual([])
  expect(findHarm(tui.terminal.title)).toBeUndefined()
  tui.type('\u0004')
  expect(await tui.exited).toMatchObject({ exitCode: 0 })
  await tui.showsText('dchatd keeps running')
  return { output: tui.output, left: tui.terminal.text.replace(home.path, 'HOME') }
}

/** As long, and as like, as words are: what mentions somebody still does. */
function harmless(text: string): string {
  return text.replaceAll(/[^ A-Za-z]/gu, 'x')
}

test('nothing that others write touches the terminal, nor brings about a sequence that words would not', async () => {
  const words = await shown(harmless)
  const hostile = await shown((text) => text)
  const known = new Set(sequenceKinds(words.output))
  expect(sequenceKinds(hostile.output).filter((kind) => !known.has(kind))).toEqual([])
  expect(findHarm(readableText(hostile.output))).toBeUndefined()
  expect(hostile.left).toBe(words.left)
})
