/** What harms terminals, in every text that a daemon answers with: no command prints it as it came, but for JSON, which stays exact. */
import { RpcError } from '@dchat/rpc'
import { METHODS, METHOD_GROUPS, timeFields } from '@dchat/rpc/schemas'
import { findHarm, hostileTexts, poisoned } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { formatResult } from './result-format.ts'
import type { TimeStyle } from './result-format.ts'
import { anAuthor, history, message, nodeInfo, startFakeDaemon } from './testing/fake-daemon.ts'
import { jsonLines, run } from './testing/run.ts'

const TEXTS = hostileTexts().map(({ text }) => text)
const METHOD_LIST = METHOD_GROUPS.flatMap(({ methods }) => methods)

/** Lines about everything a person can be called, from each text. */
const LINES = TEXTS.map((text, index) => {
  const author = anAuthor({ nick: text, tag: text, key: text, from: text, room_key: text })
  const kind = (['text', 'action', 'topic', 'system'] as const)[index % 4]!
  const invitation = index % 7 === 0 ? { room: text, name: text, replaces: text, joined: false } : null
  return message(index + 1, text, { author, kind, room: index % 3 === 0 ? 'dchat' : text, invitation })
})

test.each(METHOD_LIST)('$name prints no text as it came', (spec) => {
  expect(
    harmIn(
      TEXTS.map((text) => poisoned(spec.example.result, text)),
      timeFields(spec),
    ),
  ).toEqual([])
})

test.each<[string, (text: string) => unknown]>([
  ['names of fields', (text: string) => ({ [text]: text })],
  ['lists of them', (text: string) => [{ [text]: 1, b: [text] }]],
  ['what lies deeper than columns show', (text: string) => [[{ [text]: [{ [text]: text }] }]]],
  ['texts beside other values', (text: string) => [text, 1, { a: text }]],
])('neither do %s', (_what, valueOf) => {
  expect(harmIn(TEXTS.map(valueOf))).toEqual([])
})

/** The lines that a terminal or a reader would be harmed by. */
function harmIn(values: readonly unknown[], times: TimeStyle['times'] = new Map()): string[] {
  return values
    .flatMap((value) => formatResult(value, { times, nowMs: 0 }))
    .filter((line) => line.includes('\n') || findHarm(line) !== undefined)
}

test.each([
  [['tail', '-n', '1000']],
  [['tail', '--since', '0']],
  [['recv']],
  [['peers']],
  [['status']],
  [['export', '--format', 'txt']],
  [['export', '--format', 'md']],
  [['rpc', 'chat.rooms']],
  [['chat.search', 'query=x']],
  [['chat.rooms']],
  [['chat.history']],
  [['wait-ready', '--timeout', '0']],
  [['send', 'hello']],
])('dchat-cli %j prints nothing that a terminal obeys', async (argv) => {
  await using daemon = await hostileDaemon()
  const { stdout, stderr } = await run(argv, { home: daemon.home })
  expect(stdout + stderr).not.toBe('')
  expect(findHarm(stdout + stderr)).toBeUndefined()
})

test('tail prints a line a message, whatever stands in it', async () => {
  await using daemon = await hostileDaemon()
  const { stdout } = await run(['tail', '-n', '1000'], { home: daemon.home })
  expect(stdout.split('\n')).toHaveLength(LINES.length + 1)
})

test('what a daemon refuses a call with is one harmless line', async () => {
  for (const text of TEXTS.slice(0, 100)) {
    const refuse = (): never => {
      throw new RpcError(-32000, text, { kind: 'internal', hint: text, retryable: false })
    }
    await using daemon = await startFakeDaemon({ 'chat.rooms': refuse })
    const { stderr } = await run(['chat.rooms'], { home: daemon.home })
    expect(findHarm(stderr)).toBeUndefined()
    expect(stderr.match(/\n/gu)).toHaveLength(1)
  }
})

test('JSON is exact, and still nothing that a terminal obeys', async () => {
  await using daemon = await hostileDaemon()
  for (const argv of [
    ['tail', '-n', '1000', '--json'],
    ['export', '--format', 'jsonl'],
  ]) {
    const { stdout } = await run(argv, { home: daemon.home })
    expect(jsonLines(stdout)).toEqual(LINES)
    expect(findHarm(stdout)).toBeUndefined()
  }
})

/** A daemon all of whose answers are hostile. */
function hostileDaemon(): ReturnType<typeof startFakeDaemon> {
  const rooms = TEXTS.map((text) => poisoned((METHODS.get('chat.rooms')!.example.result as readonly object[])[0], text))
  const text = TEXTS.join('')
  return startFakeDaemon({
    'chat.history': history(LINES),
    'chat.search': () => ({ messages: LINES.slice(0, 200), more: false }),
    'chat.send': () => LINES[1],
    'chat.rooms': () => rooms,
    'chat.export': ({ format }) => ({
      text: format === 'jsonl' ? LINES.map((line) => `${JSON.stringify(line)}\n`).join('') : TEXTS.join('\n'),
      more: false,
      next: LINES.length,
    }),
    recv: () => TEXTS,
    'p2p.get_info': () => ({ channels: TEXTS.map((url, id) => ({ url, session: url, id })), outbound_slots: [] }),
    'node.get_info': () => nodeInfo({ name: text, version: text, state: text, listen: TEXTS, nick: text, tag: text, key: text }),
  })
}
