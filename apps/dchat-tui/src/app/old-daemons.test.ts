/** The chat with daemons of every version there was, and with one that tells almost nothing. */
import { describe, expect, it } from 'vitest'
import { ACTIONS } from '../input/action-table.ts'
import { COMMANDS } from '../commands/command-table.ts'
import { runCommand } from '../commands/run-command.ts'
import type { RunnableCommand } from '../commands/run-command.ts'
import { shownView } from '../state/selectors.ts'
import { aContext } from '../testing/builders.ts'
import { aCommandContext } from '../testing/command-context.ts'
import { eventually, stateWhere } from '../testing/eventually.ts'
import { DrivenScreen } from '../testing/driven-screen.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { LinkedSession } from '../testing/linked-session.ts'
import { buildScreen } from '../view/screen.ts'
import { HearingKeeper } from './hearing-keeper.ts'
import { ImpostorWatch } from './impostor-watch.ts'
import { NetWatch } from './net-watch.ts'
import { OldDaemonNotice, oldDaemonText } from './old-daemon-notice.ts'
import { PeersKeeper } from './peers-keeper.ts'
import { ReadMarkers } from './read-markers.ts'
import { FactsKeeper } from './room-facts.ts'

const AFTER_1_0 = ['commit', 'hosts', 'bans', 'file_bytes']
const AFTER_1_1 = ['sync', 'tag', 'held', 'delivery', 'retracted']
const AFTER_1_2 = ['verified', 'room_key', 'known_as', 'encrypted', 'invitation']
const AFTER_1_3 = ['mention', 'warnings']
/** All that a screen could do without. */
const ALMOST_ALL = [
  'peers',
  'store',
  'listen',
  'external_addrs',
  'features',
  'protocol',
  'nick',
  'key',
  'uptime_s',
  'rpc_version',
]

const AGES: readonly (readonly [version: string, lacks: readonly string[]])[] = [
  ['1.0.0', [...AFTER_1_0, ...AFTER_1_1, ...AFTER_1_2, ...AFTER_1_3]],
  ['1.0.0', [...AFTER_1_0, ...AFTER_1_1, ...AFTER_1_2, ...AFTER_1_3, ...ALMOST_ALL]],
  ['1.1.0', [...AFTER_1_1, ...AFTER_1_2, ...AFTER_1_3]],
  ['1.2.0', [...AFTER_1_2, ...AFTER_1_3]],
  ['1.3.0', AFTER_1_3],
]

/** What each command takes, where it takes anything. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  msg: 'ann hello',
  query: 'ann',
  hold: 'hello',
  nick: 'bob',
  buffer: '1',
  join: 'cats',
  // Where no file can be made.
  export: '/dev/full/talk.txt',
  topic: 'new',
  notify: 'mentions',
  whois: 'ann',
  ignore: '/spam/',
  unignore: '1',
  hilight: 'release',
  dehilight: 'release',
  verify: 'ann',
  create: 'den',
  invite: 'ann',
  accept: '1',
  rpc: 'node.get_info',
  connect: 'tcp://127.0.0.1:1',
  disconnect: '7',
}

describe.each(AGES)('a daemon of RPC %s', (version, lacks) => {
  it('leaves a chat that works, and says once what is missing', async () => {
    await using daemon = new FakeDaemon()
    Object.assign(daemon, { rpcVersion: version, lacks })
    daemon.receive({ text: 'from before' })
    const linked = new LinkedSession(daemon)
    await using _ = linked
    const { store, session, clock, failures } = linked
    const deps = { store, session, clock, isShown: () => true, onFailure: (error: unknown) => failures.push(error) }
    const watchers = [
      new ReadMarkers(deps),
      new HearingKeeper(deps),
      new FactsKeeper(deps),
      new ImpostorWatch(deps),
      new NetWatch(deps),
      new PeersKeeper(deps),
      new OldDaemonNotice(deps),
    ]
    for (const watcher of watchers) watcher.start()
    await linked.start()

    daemon.receive({ text: 'said now' })
    await session.send({ room: 'dchat', text: 'mine', kind: 'text' })
    store.dispatch({ type: 'overlay', overlay: { kind: 'net', top: 0 } })
    await stateWhere(store, ({ net }) => net?.status != null)
    const network = buildScreen(store.state, aContext())
      .talk.map(({ spans }) => spans.map(({ text }) => text).join(''))
      .join('\n')
    expect(network).toContain('This dchatd is older than RPC 1.4.0')
    store.dispatch({ type: 'overlay', overlay: null })
    daemon.cut()
    await linked.reconnect()
    await eventually(() => daemon.networkFollowers === 0)

    const texts = [...shownView(store.state).talk.items].map((item) =>
      item.type === 'message' ? item.message.text : item.type === 'notice' ? item.text : '',
    )
    expect(texts.filter((text) => ['from before', 'said now', 'mine'].includes(text))).toHaveLength(3)
    expect(texts.filter((text) => text.startsWith('This dchatd is older than this program'))).toHaveLength(1)
    for (const watcher of watchers) await watcher.stop()
  })

  it('answers each command in a way that people understand', async () => {
    await using daemon = new FakeDaemon()
    Object.assign(daemon, { rpcVersion: version, lacks })
    daemon.receive({ key: 'a'.repeat(64), nick: 'ann' })
    await using linked = await new LinkedSession(daemon).start()
    const { store, session, clock } = linked
    for (const { name } of COMMANDS) {
      // Those two show what the program itself got.
      if (name === 'me' || name === 'rpc' || name === 'debug') continue
      const said: string[] = []
      const context = aCommandContext({
        session,
        state: () => store.state,
        print: (text) => said.push(text),
        ask: ({ yes }) => void yes(),
        now: () => clock.nowMs(),
      })
      await runCommand({ name, argument: ARGUMENTS[name] ?? '' } as RunnableCommand, context)
      expect(`/${name}: ${said.join('\n')}`).not.toMatch(/undefined|NaN|null|\[object|method not found/u)
    }
    await stateWhere(store, ({ link }) => link.at === 'ready')
  })

  it('takes every key, and says in every view what there is', async () => {
    await using daemon = new FakeDaemon()
    Object.assign(daemon, { rpcVersion: version, lacks })
    for (let index = 0; index < 300; index += 1) daemon.receive({ own: index % 3 === 0 })
    await using screen = await new DrivenScreen(daemon).start({ columns: 80, rows: 24 })
    const drawn: string[] = []
    const look = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
      drawn.push(screen.rows.join('\n'))
    }
    for (const { name } of ACTIONS) {
      // It waits two seconds for its like.
      if (name === 'interrupt') continue
      screen.press(name)
      await look()
      screen.type('line')
      await look()
      screen.press('cancel', 'cancel', 'delete-line-start')
    }
    screen.press('select-up', 'submit')
    await look()
    screen.press('cancel', 'cancel')
    screen.enter('/search line')
    await look()
    expect(drawn.join('\n')).not.toMatch(/undefined|NaN|\[object|method not found/u)
    expect(drawn.join('\n')).toContain('line 300')
  })
})

describe('oldDaemonText', () => {
  it('names what came later, and nothing for a daemon of this version or a later one', () => {
    expect(oldDaemonText('1.5.0')).toBeNull()
    expect(oldDaemonText('1.10.0')).toBeNull()
    expect(oldDaemonText('2.0.0')).toBeNull()
    expect(oldDaemonText('1.3.0')).toBe(
      'This dchatd is older than this program (RPC 1.3.0): the chat works, but for highlight words, whom a line reached, why nobody is connected; warnings, such as of a wrong clock.',
    )
    expect(oldDaemonText('1.0.0')).toContain('rooms beside dchat')
  })
})
