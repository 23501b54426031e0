/** Attackers against a node, and what comes of it: for them, for honest neighbours, and for the node itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@dchat/e2e'
import type { DaemonNode } from '@dchat/e2e'
import type { Finding, Trial } from '../experiment.ts'
import { isAttacker } from './addresses.ts'
import { Attackers } from './attackers.ts'
import type { Band } from './attackers.ts'
import type { Attack, NodeLimits, Tally } from './attack.ts'
import { Bench, DEFAULT_LIMITS, SHORT_LIMITS } from './bench.ts'
import type { BenchOptions } from './bench.ts'
import { HeldConnections } from './held-connections.ts'
import { PROBES, emptySamples } from './honest-peers.ts'
import type { HonestReport } from './honest-peers.ts'
import { loopDelay } from '../loop-delay.ts'
import type { LoopDelay } from '../loop-delay.ts'
import { ThreadWatch, forgetPeak, openFiles, peakMib, residentMib } from './process-figures.ts'
import type { ThreadShare } from './process-figures.ts'
import { verdicts } from './verdicts.ts'

/** So many attackers of a kind. */
export interface Force {
  readonly attack: Attack
  readonly count: number
  readonly size: number
}

export interface SiegeOptions extends Omit<BenchOptions, 'limits'> {
  /** How long endless attacks are watched, in ms. */
  readonly forMs: number
  /** The attack ends after this, in ms, whatever is under way. @default when all is done, and what the node ends is gone */
  readonly endsMs?: number
  /** How much memory the node may have in all, in MiB. @default 384 */
  readonly memoryMib?: number
}

/** What the node took at a moment. */
export interface Footprint {
  readonly residentMib: number
  readonly files: number
}

/** What threads had of the machine while the attack went on, and how the event loop of the node got on. */
export interface MachineUse {
  readonly node: ThreadShare
  readonly honest: ThreadShare
  readonly attackers: ThreadShare
  readonly loop: LoopDelay
}

export interface BandOutcome {
  readonly attack: Attack
  readonly tally: Tally
  /** Connections that the node took, as far as they lived long enough to be seen, and the longest life. */
  readonly held: { readonly count: number; readonly longestMs: number }
  /** Still there when the attack was over for the attackers. */
  readonly left: number
  readonly attackers: number
  /** Hosts that the node bans now. */
  readonly bannedHosts: number
}

export interface SiegeOutcome {
  readonly limits: NodeLimits
  /** Whether the attack went on until the node had ended what it ends. */
  readonly isAwaited: boolean
  readonly bands: readonly BandOutcome[]
  readonly calm: HonestReport
  readonly attacked: HonestReport
  /** Bans of hosts that are no attackers', at the node and its friends. */
  readonly honestBans: number
  readonly before: Footprint
  readonly peakMib: number
  readonly after: Footprint
  readonly machine: MachineUse
  /** Whether the number of open files went back. */
  readonly isBackToBase: boolean
  readonly memoryMib: number
}

const LOOK_EVERY_MS = 100
/** How long the base is measured. */
const CALM_MS = { short: 500, long: 15_000 }
/** For attackers to do what they do, and beyond a limit of the node: this is for a machine that has much to do. */
const MARGIN_MS = 60_000
/** What files and connections may take to go. */
const RETREAT_MS = 20_000
/**
 * Where memory stays however long an attack goes on, with a margin: connections that come and go leave garbage, of which the
 * runtime collects the old only when there is much of it (280 MiB measured; of that 30 live).
 */
const MEMORY_MIB = 384

/** One siege on a bench of its own. */
export async function siege(trial: Trial, forces: readonly Force[], options: SiegeOptions): Promise<readonly Finding[]> {
  const limits = trial.of(SHORT_LIMITS, DEFAULT_LIMITS)
  await using bench = await Bench.start({ ...options, limits })
  for (const { attack } of forces) await attack.prepare?.(bench.node)
  await sleep(trial.of(CALM_MS.short, CALM_MS.long))
  forgetPeak(bench.node.program.pid)
  const calm = await bench.honest.ask({ want: 'take' })
  const outcome = await attacked({ trial, bench, limits, forces, options })
  return verdicts({
    ...outcome,
    limits,
    isAwaited: options.endsMs === undefined,
    calm,
    memoryMib: options.memoryMib ?? MEMORY_MIB,
  })
}

interface Situation {
  readonly trial: Trial
  readonly bench: Bench
  readonly limits: NodeLimits
  readonly forces: readonly Force[]
  readonly options: SiegeOptions
}

async function attacked(situation: Situation): Promise<Omit<SiegeOutcome, 'limits' | 'isAwaited' | 'calm' | 'memoryMib'>> {
  const { trial, bench, options } = situation
  const { pid } = bench.node.program
  const bands = numbered(situation.forces)
  const held = new HeldConnections(
    pid,
    [bench.target.tcp, bench.target.tls].map((url) => Number(new URL(url).port)),
  )
  const before = footprint(pid)
  forgetPeak(pid)
  await using attackers = await Attackers.start(bench.within, { target: bench.target, bands, seed: trial.seed })
  const machine = await MachineWatch.start(bench, attackers)
  const isDone = attackers.ask({ want: 'begin' })
  await watch(situation, { held, bands, isDone, endMs: performance.now() + options.forMs })
  // In a crowd it is the machine, not the node, that may keep one waiting.
  const meanwhile = await bench.honest.ask({ want: bands.length === 1 ? 'newcomers' : 'take' })
  const left = bands.map((band) => held.countOf(hostsOf(band)))
  const use = await machine.read()
  const tallies = await attackers.ask({ want: 'end' })
  await isDone
  const isBackToBase = await isBack(pid, before.files)
  const attackedReport = joined(meanwhile, await bench.honest.ask({ want: 'settle' }))
  const bans = await bannedHosts(bench)
  return {
    bands: bands.map((band, index) => ({
      attack: situation.forces[index]!.attack,
      tally: tallies[band.attack] ?? {},
      held: held.livesOf(hostsOf(band)),
      left: left[index]!,
      attackers: band.count,
      bannedHosts: bans.filter(hostsOf(band)).length,
    })),
    attacked: attackedReport,
    honestBans: bans.filter((host) => !bands.some((band) => hostsOf(band)(host))).length,
    before,
    peakMib: peakMib(pid),
    after: footprint(pid),
    machine: use,
    isBackToBase,
  }
}

class MachineWatch {
  readonly #node: DaemonNode
  readonly #watches: Readonly<Record<'node' | 'honest' | 'attackers', ThreadWatch>>

  private constructor(node: DaemonNode, pids: Readonly<Record<'node' | 'honest' | 'attackers', number>>) {
    this.#node = node
    const watch = (pid: number): ThreadWatch => new ThreadWatch(pid)
    this.#watches = { node: watch(pids.node), honest: watch(pids.honest), attackers: watch(pids.attackers) }
  }

  static async start({ node, honest }: Bench, attackers: Attackers): Promise<MachineWatch> {
    await loopDelay(node) // measures from here on
    return new MachineWatch(node, { node: node.program.pid, honest: honest.pid, attackers: attackers.pid })
  }

  /** Since the start. */
  async read(): Promise<MachineUse> {
    const { node, honest, attackers } = this.#watches
    return { node: node.read(), honest: honest.read(), attackers: attackers.read(), loop: await loopDelay(this.#node) }
  }
}

/** Two reports, the second of which tells of all lines. */
function joined(first: HonestReport, second: HonestReport): HonestReport {
  const samples = emptySamples()
  for (const probe of PROBES) samples[probe].push(...first.samples[probe], ...second.samples[probe])
  return { ...second, samples, faults: [...first.faults, ...second.faults] }
}

function numbered(forces: readonly Force[]): Band[] {
  let first = 0
  return forces.map(({ attack, count, size }) => {
    const band = { attack: attack.name, first, count, size }
    first += count
    return band
  })
}

function hostsOf({ first, count }: Band): (host: string) => boolean {
  return (host) => isAttacker(host, first, first + count)
}

function footprint(pid: number): Footprint {
  return { residentMib: residentMib(pid), files: openFiles(pid) }
}

interface Watch {
  readonly held: HeldConnections
  readonly bands: readonly Band[]
  readonly isDone: Promise<unknown>
  readonly endMs: number
}

/** Until attackers have done what they do and the node has ended what it ends; or for as long as it takes to see that it does not. */
async function watch({ forces, limits, options }: Situation, { held, bands, isDone, endMs }: Watch): Promise<void> {
  let areDone = false
  const done = isDone.then(() => (areDone = true))
  const lives = forces.map(({ attack }) => attack.goneWithinMs(limits) ?? 0)
  const { endsMs = options.forMs + Math.max(...lives) + MARGIN_MS } = options
  const patienceMs = performance.now() + endsMs
  const leastMs = forces.some(({ attack }) => attack.isEndless === true) ? endMs : 0
  for (;;) {
    const nowMs = performance.now()
    held.look(nowMs)
    const areGone = bands.every((band, index) => lives[index] === 0 || held.countOf(hostsOf(band)) === 0)
    if (nowMs > patienceMs || (areDone && areGone && nowMs > leastMs)) return
    await Promise.race([sleep(LOOK_EVERY_MS), ...(areDone ? [] : [done])])
  }
}

async function isBack(pid: number, files: number): Promise<boolean> {
  try {
    await until('the files of attackers are closed', () => openFiles(pid) <= files, { timeoutMs: RETREAT_MS })
    return true
  } catch {
    return false
  }
}

/** As the node and its friends list them, without the mask. */
async function bannedHosts({ node, friends }: Bench): Promise<string[]> {
  const lists = await Promise.all([node, ...friends].map(({ client }) => client.call('bans.list', [])))
  return lists.flat().map(({ target }) => target.replace(/\/\d+$/, ''))
}
