/** A controller on a session that notes what it is asked, for the tests of what keys do. */
import { ManualClock } from '@dchat/system'
import type { Message } from '@dchat/rpc'
import type { OwnLine } from '../session/own-sends.ts'
import type { HistoryStore } from '../input/history-file.ts'
import type { ActionName } from '../input/action-table.ts'
import type { RecallEntry } from '../input/recall.ts'
import { shownView } from '../state/selectors.ts'
import { Store } from '../state/store.ts'
import type { ChatState } from '../state/model.ts'
import { aContext, aPage, aState } from '../testing/builders.ts'
import { keptSettings } from '../testing/kept-settings.ts'
import { buildScreen } from '../view/screen.ts'
import type { EditOutcome } from '../terminal/external-editor.ts'
import { Controller } from './controller.ts'

/** A controller on a session that notes what it is asked. */
export function setUp(
  options: {
    state?: Parameters<typeof aState>[0]
    history?: HistoryStore
    answers?: Record<string, unknown>
    isReady?: boolean
    /** What the user's editor makes of a draft. */
    edited?: EditOutcome
    /** What looking at the node again makes of the state. */
    refreshNode?: (store: Store) => void
  } = {},
) {
  const asked: unknown[][] = []
  const answers = options.answers ?? {}
  const store = new Store(aState({ link: { at: 'ready' }, screen: { columns: 80, rows: 10 }, ...options.state }))
  const answered = async (method: string, params: unknown): Promise<never> => {
    asked.push([method, params])
    const answer = answers[method]
    if (answer instanceof Error) throw answer
    return answer as never
  }
  const session = {
    isReady: options.isReady ?? true,
    send: async (own: OwnLine) => {
      asked.push(['send', own.text, own.kind, own])
      return 'stored' as const
    },
    call: answered,
    callRaw: answered,
    reconnect: () => asked.push(['reconnect']),
    retryNow: () => asked.push(['retryNow']),
    loadOlder: async (before: number | null) => void asked.push(['loadOlder', before]),
    loadNewer: async (since: number) => void asked.push(['loadNewer', since]),
    loadNewest: async () => void asked.push(['loadNewest']),
    loadShown: async () => void asked.push(['loadShown', store.state.room]),
    loadAround: async (message: Message) => void asked.push(['loadAround', message.seq]),
    forget: async () => 0,
    refreshRooms: async () => void asked.push(['refreshRooms']),
    refreshNode: async () => options.refreshNode?.(store),
  }
  const written: string[] = []
  const history = options.history ?? { load: () => [], append: (entry: RecallEntry) => void written.push(entry.text) }
  const context = aContext()
  const clock = new ManualClock()
  const controller = new Controller({
    store,
    settings: keptSettings().keeper,
    session,
    context,
    history,
    clock,
    factsChanged: () => asked.push(['factsChanged']),
    frames: () => null,
    quit: () => asked.push(['quit']),
    redraw: () => asked.push(['redraw']),
    signal: (sequence) => asked.push(['signal', sequence]),
    suspend: () => asked.push(['suspend']),
    editText: async (text) => {
      asked.push(['edit', text])
      return options.edited ?? { kind: 'failed', reason: 'no editor' }
    },
  })
  const press = (...keys: (ActionName | { type: string })[]): void => {
    for (const key of keys) {
      if (typeof key === 'object') controller.handle([{ type: 'insert', text: key.type }])
      else controller.handle([{ type: 'action', name: key }])
    }
  }
  const typed = (text: string): void => controller.handle([{ type: 'insert', text }])
  const screen = () => buildScreen(store.state, context)
  const top = (): string | undefined => screen().talk[0]?.spans.at(-1)?.text
  return { store, controller, asked, written, press, typed, screen, top, clock }
}

export function withTalk(messages: readonly Message[], more = false) {
  const store = new Store(aState())
  store.dispatch(aPage(messages, more))
  return { view: shownView(store.state) }
}

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function noticedIn(state: ChatState): string {
  return [...shownView(state).talk.items].flatMap((item) => (item.type === 'notice' ? [item.text] : [])).join('\n')
}
