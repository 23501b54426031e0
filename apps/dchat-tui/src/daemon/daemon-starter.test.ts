import { describe, expect, it } from 'vitest'
import type { Question } from '../commands/command-context.ts'
import type { Link } from '../state/model.ts'
import { Store } from '../state/store.ts'
import { aState } from '../testing/builders.ts'
import { DaemonStarter } from './daemon-starter.ts'
import type { StartOutcome } from './start-dchatd.ts'

const AWAY: Link = { at: 'away', reason: 'no daemon is running', hint: 'start it', retryInMs: 500, isMissing: true }

function setUp(options: { startDaemon?: 'ask' | 'yes' | 'no'; outcome?: StartOutcome; isFound?: boolean } = {}) {
  const state = aState()
  const store = new Store({ ...state, settings: { ...state.settings, startDaemon: options.startDaemon ?? 'ask' } })
  const log: string[] = []
  const questions: Question[] = []
  const starter = new DaemonStarter({
    store,
    session: { retryNow: () => log.push('retryNow') },
    ask: (question) => questions.push(question),
    tell: (text, level) => log.push(`${level}: ${text}`),
    program: () => (options.isFound === false ? null : { command: 'dchatd', args: [] }),
    begin: async ({ command }) => {
      log.push(`begin ${command}`)
      return options.outcome ?? { kind: 'started' }
    },
    remember: () => log.push('remember'),
    configFile: '/c',
    logFile: '/l',
  })
  starter.start()
  const link = (...links: Link[]): void => {
    for (const next of links) store.dispatch({ type: 'link', link: next })
  }
  return { store, starter, log, questions, link }
}

const settled = (): Promise<void> => new Promise(setImmediate)

describe('DaemonStarter', () => {
  it('asks once, and again when a new link is asked for', async () => {
    const { questions, link, log, starter } = setUp()
    link(AWAY, { ...AWAY }, { ...AWAY })
    expect(questions.map(({ text }) => text)).toEqual(['No dchatd runs here. Start it?'])
    link({ at: 'connecting' }, { ...AWAY })
    expect(questions).toHaveLength(2)
    expect(log).toEqual([])
    questions[1]!.always!()
    await questions[1]!.yes()
    expect(log).toEqual([
      'remember',
      'info: starting dchatd',
      'begin dchatd',
      'retryNow',
      expect.stringMatching(/^info: dchatd runs, with \/c; it goes on when you leave/u),
    ])
    expect(starter.hasStarted).toBe(true)
  })

  it('does not ask when a link was lost, another thing failed, or there is no dchatd', () => {
    const lost = setUp()
    lost.link({ at: 'ready' }, AWAY)
    const { isMissing: _, ...refused } = AWAY
    const other = setUp()
    other.link(refused)
    const none = setUp({ isFound: false })
    none.link(AWAY)
    expect([lost, other, none].flatMap(({ questions }) => questions)).toEqual([])
  })

  it('does as the settings say', async () => {
    const yes = setUp({ startDaemon: 'yes' })
    yes.link(AWAY)
    expect(yes.starter.isStarting).toBe(true)
    await settled()
    expect(yes.log).toContain('begin dchatd')
    expect(yes.starter.isStarting).toBe(true) // it runs, and the link that is away was not tried since
    yes.link({ at: 'ready' })
    expect(yes.starter.isStarting).toBe(false)
    const no = setUp({ startDaemon: 'no' })
    no.link(AWAY)
    await settled()
    expect([...yes.questions, ...no.questions, ...no.log]).toEqual([])
  })

  it('says why it did not start', async () => {
    const failed = setUp({
      startDaemon: 'yes',
      outcome: { kind: 'failed', reason: 'it ended with code 4', lastWords: ['another dchatd'] },
    })
    failed.link(AWAY)
    await settled()
    expect(failed.starter.isStarting).toBe(false)
    expect(failed.log.at(-1)).toBe('error: dchatd did not start: it ended with code 4. Its last words, in /l:\nanother dchatd')
    expect(failed.starter.hasStarted).toBe(false)
    const slow = setUp({ startDaemon: 'yes', outcome: { kind: 'slow' } })
    slow.link(AWAY)
    await settled()
    expect(slow.log.at(-1)).toMatch(/was started, and does not answer yet/u)
  })
})
