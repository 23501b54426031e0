/** What is told of a line, when, and how: bells, the terminal, commands of the user, the title. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '@dchat/rpc'
import { ManualClock } from '@dchat/system'
import { afterEach, describe, expect, it } from 'vitest'
import { EMPTY_EDITOR, insertText } from '../input/editor.ts'
import { AWAY_AFTER_MS, MAX_NOTIFY_COMMANDS, NOTIFY_COMMAND_MS, NOTIFY_PAUSE_MS, TITLE_PAUSE_MS } from '../limits.ts'
import { DEFAULT_SETTINGS } from '../settings/settings.ts'
import type { Settings } from '../settings/settings.ts'
import type { ChatState } from '../state/model.ts'
import { plainRoom } from '../state/rooms.ts'
import { Store } from '../state/store.ts'
import { aMessage, aNode, aState } from '../testing/builders.ts'
import { eventually } from '../testing/eventually.ts'
import { ANN, INVITATION, WITH_ANN } from '../testing/people.ts'
import { commandEnv, summaryOf } from './notification.ts'
import { Notifier } from './notifier.ts'
import { NotifyCommand } from './notify-command.ts'
import { TitleKeeper, titleOf } from './title-keeper.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function setUp(settings: Partial<Settings> = {}, state: Partial<ChatState> = {}) {
  const clock = new ManualClock()
  const rooms = [
    plainRoom('dchat'),
    { ...plainRoom('cats'), lastSeq: 10 },
    { ...plainRoom('quiet'), level: 'none' as const },
    WITH_ANN,
  ]
  const store = new Store(
    aState({ rooms, node: aNode(), isFocused: false, settings: { ...DEFAULT_SETTINGS, ...settings }, ...state }),
  )
  const written: string[] = []
  const ran: { argv: readonly string[]; env: Readonly<Record<string, string>> }[] = []
  const notifier = new Notifier({
    store,
    clock,
    write: (data) => written.push(data),
    run: (argv, env) => ran.push({ argv, env }),
    hasOsc: true,
  })
  notifier.start()
  cleanups.push(() => {
    notifier.stop()
    expect(clock.pendingTimers).toBe(0)
  })
  let seq = 100
  const hear = (fields: Partial<Message>): void => {
    seq += 1
    const actions = [{ type: 'live', messages: [aMessage(seq, fields)] }] as const
    const before = store.state
    store.dispatchAll(actions)
    notifier.heard(actions, before)
  }
  return { clock, store, written, ran, hear }
}

describe('a notification', () => {
  it('is a bell, for mentions and for what is said to the user alone, while he does not look', () => {
    const { written, hear } = setUp()
    hear({ text: 'hello all' })
    hear({ text: 'I said alice', own: true })
    expect(written).toEqual([])
    hear({ text: 'alice: hi' })
    expect(written).toEqual(['\u0007'])
    const direct = setUp()
    direct.hear({ room: WITH_ANN.room, text: 'psst' })
    expect(direct.written).toEqual(['\u0007'])
    const fresh = setUp()
    fresh.hear({ room: `@${'c'.repeat(64)}`, text: 'from a stranger' })
    expect(fresh.written).toEqual(['\u0007'])
  })

  it.each<[string, Partial<Settings>, Partial<ChatState>, Partial<Message>]>([
    ['the user looks', {}, { isFocused: true }, { text: 'alice: hi' }],
    ['it is off', { notify: 'off' }, {}, { text: 'alice: hi' }],
    ['the room is muted', {}, {}, { room: 'quiet', text: 'alice: hi' }],
    ['the line is one known before', {}, {}, { room: 'cats', seq: 9, text: 'alice: hi' }],
    ['the line was taken back', {}, {}, { text: 'alice: hi', retracted: true }],
    ['only mentions of a conversation are wanted', {}, { rooms: [{ ...WITH_ANN, level: 'mentions' }] }, { room: WITH_ANN.room }],
  ])('is none when %s', (_when, settings, state, fields) => {
    const { written, hear } = setUp(settings, state)
    hear(fields)
    expect(written).toEqual([])
  })

  it('comes at most once in a few seconds, the last of them of the newest line', async () => {
    const { clock, written, hear } = setUp({ notify: 'osc9' })
    for (const nick of ['ann', 'bob', 'cid']) hear({ text: 'alice!', author: { ...ANN, nick, held: true } })
    expect(written).toEqual(['\u001b]9;dchat: a line of ann in dchat\u0007\u0007'])
    await clock.advance(NOTIFY_PAUSE_MS)
    expect(written.slice(1)).toEqual(['\u001b]9;dchat: a line of cid in dchat\u0007\u0007'])
    await clock.advance(10 * NOTIFY_PAUSE_MS)
    expect(written).toHaveLength(2)
  })

  it('comes, too, where the terminal tells nothing of its focus, once no key was touched for long', async () => {
    const { clock, store, written, hear } = setUp({}, { isFocused: true })
    await clock.advance(AWAY_AFTER_MS - 1)
    store.dispatch({ type: 'edited', editor: insertText(EMPTY_EDITOR, 'x') })
    await clock.advance(AWAY_AFTER_MS - 1)
    hear({ text: 'alice' })
    expect(written).toEqual([])
    await clock.advance(1)
    hear({ text: 'alice' })
    expect(written).toEqual(['\u0007'])
  })

  it('says what was said only when that is wanted, on one line that the terminal cannot take for a command', () => {
    const { written, hear } = setUp({ notify: 'osc9', notifyBody: true })
    hear({ text: '4;1;50\u001b]0;x\u0007alice\nsecond', author: { ...ANN, nick: 'a;b\u0007', held: true } })
    const [sequence] = written
    // oxlint-disable-next-line no-control-regex -- what else there is must have none
    expect(sequence).toMatch(/^\u001b\]9;dchat: [^;\u0000-\u001f\u007f-\u009f]+\u0007\u0007$/u)
    expect(sequence).toContain('4,1,50')
  })

  it('never has the secret of an invitation, nor more than is read at a glance', () => {
    const summary = plainRoom('dchat')
    expect(summaryOf({ message: aMessage(1, { text: `alice ${INVITATION}` }), summary, isHere: false }, true)).not.toContain(
      INVITATION,
    )
    const long = aMessage(1, { text: `alice ${'👩‍👩‍👧'.repeat(9_999)}` })
    expect(summaryOf({ message: long, summary, isHere: false }, true).length).toBeLessThan(260)
    expect(commandEnv({ message: long, summary, isHere: false }, true)['DCHAT_MESSAGE']!.length).toBeLessThan(4_200)
    expect(commandEnv({ message: long, summary, isHere: false }, true)['DCHAT_MESSAGE']!.isWellFormed()).toBe(true)
  })

  it('runs a command also while the user looks, and tells it so', () => {
    const { store, ran, hear } = setUp(
      { notify: 'command', notifyCommand: ['tell', '--now'], notifyBody: true },
      { isFocused: true },
    )
    hear({ text: 'alice: hi; rm -rf $HOME', author: { ...ANN, held: true } })
    expect(ran).toEqual([
      {
        argv: ['tell', '--now'],
        env: { DCHAT_ROOM: 'dchat', DCHAT_SENDER: 'ann', DCHAT_MESSAGE: 'alice: hi; rm -rf $HOME', DCHAT_HERE: '1' },
      },
    ])
    const quiet = setUp({ notify: 'command', notifyCommand: ['tell'] })
    quiet.hear({ room: 'cats', text: 'alice' })
    expect(quiet.ran[0]!.env).toMatchObject({ DCHAT_ROOM: 'cats', DCHAT_MESSAGE: '', DCHAT_HERE: '0' })
    expect(store.state.room).toBe('dchat')
  })
})

describe('a command of the user', () => {
  function runner() {
    const clock = new ManualClock()
    const folder = mkdtempSync(join(tmpdir(), 'dchat-notify-'))
    const failures: string[] = []
    const command = new NotifyCommand({ clock, env: process.env, onFailure: (reason) => failures.push(reason) })
    cleanups.push(() => {
      command.stop()
      rmSync(folder, { recursive: true, force: true })
    })
    return { clock, command, failures, path: (name: string) => join(folder, name) }
  }
  const node = (script: string): string[] => [process.execPath, '-e', script]
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }

  it('gets arguments and environment as they are', async () => {
    const { command, failures, path } = runner()
    const script = `require('node:fs').writeFileSync(process.argv[1], JSON.stringify([process.argv[2], process.env.DCHAT_MESSAGE]))`
    command.run([...node(script), path('out'), '$(echo no) ; "'], { DCHAT_MESSAGE: '`no` $HOME' })
    await eventually(() => read(path('out')).endsWith(']'))
    expect(JSON.parse(read(path('out')))).toEqual(['$(echo no) ; "', '`no` $HOME'])
    expect(failures).toEqual([])
  })

  it('that fails, or is not there, is told of once', async () => {
    const { command, failures } = runner()
    command.run([], {})
    command.run(['/no/such/program'], {})
    await eventually(() => failures.length === 2)
    command.run(['/no/such/program'], {})
    command.run(node('process.exit(3)'), {})
    await eventually(() => failures.length === 3)
    expect(failures).toEqual([
      expect.stringContaining('names none'),
      '/no/such/program cannot be run: ENOENT',
      `${process.execPath} ended with code 3`,
    ])
  })

  it('that hangs is ended with all it started; few run at once', async () => {
    const { clock, command, failures, path } = runner()
    const hang = `const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
      require('node:fs').writeFileSync(process.env.OUT, child.pid + '.' + process.pid + '.')`
    for (let count = 0; count < MAX_NOTIFY_COMMANDS + 2; count += 1) command.run(node(hang), { OUT: path(String(count)) })
    const pids = (count: number): number[] =>
      read(path(String(count)))
        .split('.')
        .filter((text) => text !== '')
        .map(Number)
    const started = Array.from({ length: MAX_NOTIFY_COMMANDS }, (_, count) => count)
    await eventually(() => started.every((count) => pids(count).length === 2))
    await clock.advance(NOTIFY_COMMAND_MS)
    await eventually(() => started.flatMap((count) => pids(count)).every((pid) => !isAlive(pid)))
    expect(failures).toEqual([expect.stringContaining('has not ended within 10 s')])
    expect(read(path(String(MAX_NOTIFY_COMMANDS)))).toBe('')
    expect(clock.pendingTimers).toBe(0)
  })
})

/** Whether a process runs; one that has ended and was not waited for does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('the title', () => {
  it('names the room and counts what is unread, but not of rooms of which nothing is told', () => {
    const rooms = [
      { ...plainRoom('dchat'), unread: 1 },
      { ...plainRoom('cats'), unread: 2 },
      { ...plainRoom('quiet'), unread: 9, level: 'none' as const },
    ]
    expect(titleOf(aState({ rooms }))).toBe('dchat: dchat (3)')
    expect(titleOf(aState({ room: 'cats', rooms: [plainRoom('cats')] }))).toBe('dchat: cats')
    expect(titleOf(aState({ settings: { ...DEFAULT_SETTINGS, title: false } }))).toBeNull()
    const hostile = { ...WITH_ANN, author: { ...ANN, nick: '\u001b]2;x\u0007\u202eann', held: true } }
    // oxlint-disable-next-line no-control-regex -- nothing of these may be left
    expect(titleOf(aState({ room: hostile.room, rooms: [hostile] }))).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/u)
  })

  it('is set when it is another, not oftener than is seen', async () => {
    const clock = new ManualClock()
    const store = new Store(aState())
    const titles: (string | null)[] = []
    const keeper = new TitleKeeper({ store, clock, setTitle: (title) => titles.push(title) })
    keeper.start()
    for (let seq = 1; seq <= 50; seq += 1) store.dispatch({ type: 'live', messages: [aMessage(seq)] })
    expect(titles).toEqual(['dchat: dchat'])
    await clock.advance(TITLE_PAUSE_MS)
    expect(titles).toEqual(['dchat: dchat', 'dchat: dchat (50)'])
    store.dispatch({ type: 'settings', settings: { ...DEFAULT_SETTINGS, title: false } })
    await clock.advance(TITLE_PAUSE_MS)
    expect(titles.at(-1)).toBeNull()
    keeper.stop()
    expect(clock.pendingTimers).toBe(0)
  })
})
