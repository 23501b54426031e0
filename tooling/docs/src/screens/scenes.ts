/** The pictures of docs/tui.md: a short conversation of three people, each at a screen of his own over a daemon of his own. */
import { rmSync } from 'node:fs'
import type { MethodName, MethodParams, MethodResult } from '@dchat/rpc'
import { RealDaemon, TuiProcess } from 'dchat-tui/e2e'
import type { TestTerminal } from 'dchat-tui/e2e'
import { DARK, LIGHT, screenSvg } from './screen-svg.ts'

export interface Picture {
  /** Its file in docs/screens. */
  readonly file: string
  readonly svg: string
}

/** What each picture shows, for those who do not see it. */
export const PICTURES = {
  chat: 'The chat with the list of rooms on the left, people and peers on the right, a mention and how far own lines got',
  'private-room': 'A private room: the status bar says with a lock who reads what is said there',
  network: 'The network view: peers by session, slots, hosts, traffic by command and what happens',
  search: 'A search in the talk, with the hits of the room',
  switcher: 'The quick switcher with the rooms that match what was typed',
  help: 'The help with all keys and commands',
  light: 'The chat in the light theme',
  'first-run': 'The first start: three lines about inviting, listening and leaving',
} as const

const SIZE = { columns: 110, rows: 30 }
/** A screen that does not come to show what it should by then never will. */
const LIMIT_MS = 30_000

type Name = keyof typeof PICTURES

/** @throws {Error} with the screen as it was, when it did not come to show what it should */
export async function takePictures(): Promise<Picture[]> {
  const pictures = new Map<Name, string>()
  await using stack = new AsyncDisposableStack()
  const people = await Promise.all(
    ['alice', 'bob', 'carol'].map(async (nick) => {
      const daemon = stack.use(new RealDaemon(nick))
      await daemon.start()
      return daemon
    }),
  )
  const [alice, bob, carol] = people as [RealDaemon, RealDaemon, RealDaemon]
  pictures.set('first-run', await firstRun(bob))
  for (const other of [bob, carol]) await called(alice, 'p2p.connect', { url: other.url })
  await conversation({ alice, bob, carol })
  await using screen = new Screen(alice)
  await screen.shows('daemon ok')
  const take = (name: Name, look: typeof DARK | typeof LIGHT = DARK): void => {
    pictures.set(name, screenSvg(screen.terminal, { ...look, title: PICTURES[name] }))
  }
  await screen.types('\u001bN', /bob[^]*carol/u)
  await screen.types('shall we?', '> shall we?')
  take('chat')
  await screen.types('\u0015/theme light\r', /theme/u)
  take('light', LIGHT)
  await screen.types('/theme default\r', /theme/u)
  await screen.types('\u001bk', /\d/u)
  await screen.types('cat', 'cat')
  take('switcher')
  await screen.types('\u001b', 'daemon ok')
  await screen.types('\u0013', 'daemon ok')
  await screen.types('router', 'router')
  take('search')
  await screen.types('\u001b', 'daemon ok')
  await screen.types('/net\r', /traffic/iu)
  take('network')
  await screen.types('\u001b', 'daemon ok')
  await screen.types('?', 'Commands: talk')
  take('help')
  await screen.types('\u001b', 'daemon ok')
  await screen.types('/buffer garden\r', /🔒[^]*members of garden/u)
  await screen.shows('where it always is')
  take('private-room')
  return [...pictures].map(([name, svg]) => ({ file: `${name}.svg`, svg }))
}

/** What somebody sees who has never started the program. */
async function firstRun(daemon: RealDaemon): Promise<string> {
  rmSync(daemon.home.ownFilePath, { force: true })
  await using screen = new Screen(daemon)
  await screen.shows(/invite[^]*bob · daemon ok/iu)
  return screenSvg(screen.terminal, { ...DARK, title: PICTURES['first-run'] })
}

interface People {
  readonly alice: RealDaemon
  readonly bob: RealDaemon
  readonly carol: RealDaemon
}

/** Each line is said when the one before it has come to all. */
async function conversation({ alice, bob, carol }: People): Promise<void> {
  const all = [alice, bob, carol]
  for (const daemon of all) await called(daemon, 'chat.join', { room: 'cats' })
  const say = async (who: RealDaemon, text: string, more: { room?: string; kind?: 'action' } = {}): Promise<void> => {
    const { room } = await called(who, 'chat.send', { text, ...more })
    for (const daemon of room.startsWith('p.') ? [alice, bob] : all)
      await until(async () => (await texts(daemon, room)).includes(text))
  }
  await say(bob, 'good morning! who is up already?')
  await say(alice, 'morning. I am, since five: the new router hums')
  await say(carol, 'おはよう 👋 mine runs since March, no server anywhere')
  await say(bob, 'looks around', { kind: 'action' })
  await say(
    carol,
    'alice, did the posts of last night come over when you were back? I had ten minutes without a link, and then all of it was there in order',
  )
  await say(alice, 'they did, all 214 of them. It said so with a bar at the top')
  await say(bob, 'the cat sits on the warm one', { room: 'cats' })
  await say(carol, 'of course it does 🐈', { room: 'cats' })
  await say(alice, 'then let us try the private room, for the garden')
  await say(bob, 'alice: yes, invite me')
  const room = await called(alice, 'room.create', { name: 'garden' })
  await called(bob, 'room.accept', { invitation: await called(alice, 'room.invitation', { room }) })
  await say(alice, 'the seeds are in the blue box', { room })
  await say(bob, 'thanks! is the gate open on sunday?', { room })
  await say(alice, 'from nine on. bring the small spade', { room })
  await say(bob, 'brings two', { room, kind: 'action' })
  await say(bob, 'and the key is where it always is', { room })
}

async function texts(daemon: RealDaemon, room: string): Promise<string[]> {
  const { messages } = await called(daemon, 'chat.history', { room, limit: 50 })
  return messages.map(({ text }) => text)
}

async function called<M extends MethodName>(daemon: RealDaemon, method: M, params: MethodParams<M>): Promise<MethodResult<M>> {
  await using client = await daemon.client()
  return await client.call(method, params)
}

/** A screen that fails with what it showed. */
class Screen implements AsyncDisposable {
  readonly #tui: TuiProcess

  constructor(daemon: RealDaemon) {
    this.#tui = new TuiProcess({ home: daemon.home.path, ...SIZE, env: { COLORTERM: 'truecolor' } })
  }

  get terminal(): TestTerminal {
    return this.#tui.terminal
  }

  async shows(what: string | RegExp): Promise<void> {
    const holds = ({ text }: TestTerminal): boolean => (typeof what === 'string' ? text.includes(what) : what.test(text))
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`no ${what} on the screen:\n${this.terminal.text}`)), LIMIT_MS)
    await Promise.race([this.#tui.shows(holds), promise]).finally(() => clearTimeout(timer))
  }

  async types(text: string, shows: string | RegExp): Promise<void> {
    const before = this.#tui.frames
    this.#tui.type(text)
    await this.#tui.shows(() => this.#tui.frames > before)
    await this.shows(shows)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tui[Symbol.asyncDispose]()
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LIMIT_MS
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('a line of the conversation did not arrive')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
