/** Commands without a daemon, a screen or files: what they call is answered as a test says, what they print and ask is kept. */
import type { Message } from '@dchat/rpc'
import type { Question } from '../commands/command-context.ts'
import { parseLine } from '../commands/parse-line.ts'
import { runCommand } from '../commands/run-command.ts'
import type { RunnableCommand } from '../commands/run-command.ts'
import { plainRoom } from '../state/rooms.ts'
import { Store } from '../state/store.ts'
import type { SettingLayers } from '../settings/read-settings.ts'
import { aPage, aState } from './builders.ts'
import { aCommandContext } from './command-context.ts'
import { keptSettings } from './kept-settings.ts'
import { ANN, BOB, CATS, EVE, FAKE_ANN, WITH_ANN, verificationOf } from './people.ts'

const ROOMS = [plainRoom('dchat'), CATS, WITH_ANN]

export interface CommandBench {
  readonly store: Store
  readonly calls: readonly (readonly [method: string, params: unknown])[]
  readonly questions: readonly Question[]
  readonly printed: readonly string[]
  /** Runs a line that is a command; what was printed last. */
  readonly run: (line: string) => Promise<string>
  /** The parameters of all calls of `method`. */
  named(method: string): readonly unknown[]
}

/** Commands on answers that are given; whom a word means is told as the daemon tells it. */
export function commandBench(
  options: {
    room?: string
    answers?: Record<string, unknown>
    messages?: readonly Message[]
    outcome?: 'failed'
    settings?: Partial<SettingLayers>
    refusal?: string
  } = {},
): CommandBench {
  const store = new Store(aState({ link: { at: 'ready' }, rooms: ROOMS }))
  store.dispatch({ type: 'shown', room: options.room ?? 'dchat' })
  if (options.messages !== undefined) store.dispatch(aPage(options.messages))
  const calls: [string, unknown][] = []
  const printed: string[] = []
  const questions: Question[] = []
  const people = [ANN, BOB, EVE, FAKE_ANN]
  const answers: Record<string, unknown> = {
    'identity.verify': ({ key }: { key: string }) =>
      verificationOf(people.find((author) => [author.key, author.nick].includes(key))!),
    ...options.answers,
  }
  const { keeper } = keptSettings(options.settings)
  keeper.onChange = (change) => store.dispatch({ type: 'settings', settings: { ...store.state.settings, ...change } })
  const context = aCommandContext({
    hear: (change) => store.dispatch({ type: 'hearing', ...change }),
    session: {
      call: async (method, params) => {
        calls.push([method, params])
        const answer = typeof answers[method] === 'function' ? answers[method](params) : answers[method]
        if (answer instanceof Error) throw answer
        return answer as never
      },
      send: async (own) => {
        calls.push(['send', own])
        return options.outcome ?? 'stored'
      },
      forget: async (room) => {
        calls.push(['forget', room])
        return 12
      },
      refreshRooms: async () => {},
      callRaw: async () => null,
      reconnect: () => {},
    },
    settings: keeper,
    state: () => store.state,
    print: (text) => printed.push(text),
    show: (room) => store.dispatch({ type: 'shown', room }),
    ask: (question) => questions.push(question),
    factsChanged: () => calls.push(['factsChanged', null]),
    copy: (text) => {
      calls.push(['copy', text])
      return options.refusal ?? null
    },
    showResults: async (query, room) => void calls.push(['showResults', { query, room }]),
  })
  return {
    store,
    calls,
    questions,
    printed,
    async run(line: string): Promise<string> {
      const parsed = parseLine(line)
      if (parsed.kind !== 'command') throw new Error(JSON.stringify(parsed))
      await runCommand(parsed as RunnableCommand, context)
      return printed.at(-1) ?? ''
    },
    named: (method: string) => calls.filter(([name]) => name === method).map(([, params]) => params),
  }
}
