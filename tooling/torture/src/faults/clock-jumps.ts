/** A clock that is set by a day either way while the daemon runs, and clocks that change to winter time. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DaemonNode, TempHome, until } from '@dchat/e2e'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { Talk, channelIds, lostChannels } from './talk.ts'

/** Where Debian has it; `faketime` itself would fix the offset for good. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
/** At least as many peers that it dialled tell a node that its clock is off. */
const PEERS = 3
/** Posts that were refused are asked for again after a look at the clock (5 s) and a jitter (30 s); beyond that the machine is busy. */
const PATIENCE_MS = 120_000

/** A wall clock for programs, which can be set while they run. Their monotonic clock goes on as it is. */
class SettableClock implements Disposable {
  readonly env: NodeJS.ProcessEnv
  readonly #folder = new TempHome()

  /** @param zone as of the variable TZ */
  constructor(zone: string) {
    this.env = {
      TZ: zone,
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: join(this.#folder.path, 'offset'),
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
      NO_FAKE_STAT: '1',
    }
    this.set(0)
  }

  /** @param seconds how much it is ahead of the machine's from now on; negative: behind */
  set(seconds: number): void {
    const path = join(this.#folder.path, 'offset')
    writeFileSync(`${path}.new`, `${seconds < 0 ? '' : '+'}${seconds}s\n`)
    renameSync(`${path}.new`, path)
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}

const DAY_SEC = 86_400
/** Beyond the age that lines are kept for. */
const LONG_AHEAD_SEC = 366 * DAY_SEC

export const clockJumps: Experiment = {
  part: 'faults',
  name: 'clock-jumps',
  claim:
    'a clock that is set by a day either way cuts nobody off, is warned of, and once it is right again nothing is missing or refused; one that is set ahead by a year removes nothing',
  reference: 'takes no notice of clocks but in its event graph, which refuses what is over a minute off',
  needs: ['faketime'],
  run: async (trial) => {
    await using stack = new AsyncDisposableStack()
    const clock = stack.use(new SettableClock('UTC'))
    const peers = await Promise.all(Array.from({ length: PEERS }, async () => stack.use(await DaemonNode.running())))
    const urls = await Promise.all(peers.map((peer) => peer.url()))
    const net = [`peers = [${urls.map((url) => `"${url}"`).join(', ')}]`, 'outbound_connections = 0']
    const node = stack.use(await DaemonNode.started({ config: { net }, program: { env: clock.env } }))
    await node.hasPeers(PEERS)
    const parts = { node, peer: peers[0]!, clock }
    const findings = await jump(parts, { bySec: DAY_SEC, isWaited: true, isWarned: trial.of(false, true) }, trial)
    // What was refused meanwhile is asked for within 50 s: the short form leaves that to the tests of the chat.
    findings.push(
      ...(await jump(parts, { bySec: -DAY_SEC, isWaited: trial.of(false, true), isWarned: trial.of(false, true) }, trial)),
    )
    findings.push(await startsAYearAhead(parts))
    findings.push(await winterTime(stack))
    return findings
  },
}

interface Parts {
  readonly node: DaemonNode
  readonly peer: DaemonNode
  readonly clock: SettableClock
}

/** The clock of `node` is set and set right; both sides write before, meanwhile and after. */
async function jump(
  { node, peer, clock }: Parts,
  how: { bySec: number; isWaited: boolean; isWarned: boolean },
  trial: Trial,
): Promise<Finding[]> {
  const before = await channelIds(node)
  const heard = await Talk.among([node, peer], [`jump${how.bySec < 0 ? '.back' : ''}`])
  const rounds = trial.of(3, 20)
  const bothSay = async (): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) for (const one of [node, peer]) await heard.say(one)
  }
  await bothSay()
  clock.set(how.bySec)
  // It looks once a minute, for which the short form has no time; tests of the net have it.
  if (how.isWarned) await until('it warns of its clock', () => warnsOfClock(node), { timeoutMs: PATIENCE_MS })
  const meanwhile = await Talk.among([node, peer], [`meanwhile${how.bySec < 0 ? '.back' : ''}`])
  for (let round = 0; round < rounds; round += 1) await meanwhile.say(how.bySec < 0 ? peer : node)
  for (let round = 0; round < rounds; round += 1) await heard.say(how.bySec < 0 ? node : peer)
  clock.set(0)
  if (how.isWarned) await until('it warns no longer', async () => !(await warnsOfClock(node)), { timeoutMs: PATIENCE_MS })
  await bothSay()
  const everywhereMs = await heard.isEverywhere(PATIENCE_MS)
  if (how.bySec < 0 && how.isWaited) await meanwhile.isEverywhere(PATIENCE_MS)
  const [{ missing, doubled }, late, lost] = [await heard.losses(), await meanwhile.losses(), await lostChannels(node, before)]
  const isLateMissing = how.bySec < 0 && how.isWaited && late.missing > 0
  const words = how.bySec < 0 ? 'back' : 'forward'
  return [
    promise(`clock set ${words} by a day at run time, and right again; ${count(heard.count)} lines before, meanwhile and after`, {
      outcome: `${count(missing)} missing, ${count(doubled)} doubled, ${count(lost)} channels lost${how.isWarned ? '; warned of, and no longer once it was right' : ''}`,
      aim: `none missing, doubled or lost${how.isWarned ? '; warned of' : ''}`,
      isMet: everywhereMs !== undefined && missing === 0 && doubled === 0 && lost === 0 && !isLateMissing,
    }),
    ...(how.bySec < 0 && how.isWaited
      ? [
          promise(`${count(meanwhile.count)} lines of others that were refused as ahead of the clock`, {
            outcome: `${count(late.missing)} missing once it is right`,
            aim: 'none',
            isMet: late.missing === 0,
          }),
        ]
      : []),
  ]
}

/** Each start looks for what is too old. */
async function startsAYearAhead({ node, peer, clock }: Parts): Promise<Finding> {
  const before = (await node.history()).length
  clock.set(LONG_AHEAD_SEC)
  await node.kill('SIGTERM')
  await node.start()
  await node.reaches('run')
  const ahead = (await node.history()).length
  clock.set(0)
  await node.kill('SIGTERM')
  await node.start()
  await node.hasPeers(PEERS)
  const after = await Talk.among([node, peer], ['year'])
  await after.say(peer)
  await after.isEverywhere(PATIENCE_MS)
  const [{ missing }, lines] = [await after.losses(), await node.history()]
  return promise(`started with a clock that is ahead by ${LONG_AHEAD_SEC / DAY_SEC} days, then with the right one`, {
    outcome: `${count(ahead)} of ${count(before)} lines there meanwhile, ${count(lines.length - after.count + missing)} after it; ${count(missing)} of what was said then missing`,
    aim: 'all there, none missing',
    isMet: ahead === before && lines.length >= before + after.count && missing === 0,
  })
}

async function warnsOfClock(node: DaemonNode): Promise<boolean> {
  return (await node.info()).warnings.some(({ kind }) => kind === 'clock_off')
}

/** Two nodes of one time zone talk while its clocks are set back by an hour: they count time without zones. */
async function winterTime(stack: AsyncDisposableStack): Promise<Finding> {
  const clock = stack.use(new SettableClock('Europe/Berlin'))
  const changeMs = Date.UTC(2027, 9, 31, 1, 0, 0)
  clock.set(Math.round((changeMs - Date.now()) / 1000) - 4)
  const one = stack.use(await DaemonNode.running({ program: { env: clock.env } }))
  const net = [`peers = ["${await one.url()}"]`, 'outbound_connections = 0']
  const other = stack.use(await DaemonNode.started({ config: { net }, program: { env: clock.env } }))
  await other.hasPeers(1)
  // Whatever starting took, the clocks change only now.
  clock.set(Math.round((changeMs - Date.now()) / 1000) - 1)
  const talk = await Talk.among([one, other], ['winter'])
  const untilMs = performance.now() + 2_500
  while (performance.now() < untilMs && talk.count < 50) for (const node of [one, other]) await talk.say(node)
  await talk.isEverywhere(PATIENCE_MS)
  const { missing, doubled } = await talk.losses()
  const times = (await one.history()).filter(({ own }) => own).map(({ time }) => time!)
  const isOrdered = times.every((time, index) => index === 0 || time > times[index - 1]!)
  return promise(`${count(talk.count)} lines while the clocks of Europe/Berlin are set back by an hour`, {
    outcome: `${count(missing)} missing, ${count(doubled)} doubled, ${isOrdered ? 'in order' : 'out of order'}`,
    aim: 'none missing or doubled, in order',
    isMet: missing === 0 && doubled === 0 && isOrdered,
  })
}
