/** What a siege says: a finding for the honest, for the attackers, for memory and files, and for the times that were measured. */
import { count, figure, promise } from '../experiment.ts'
import type { Finding } from '../experiment.ts'
import type { BandOutcome, SiegeOutcome } from './siege.ts'
import { PROBES } from './honest-peers.ts'
import type { Probe } from './honest-peers.ts'
import { latencyText, percentile, shortMs } from './latencies.ts'

/** What a busy machine may add to a limit of the node before it is called broken: less than half of the shortest, else one twice as long would pass. */
const LATE_MS = 5_000
/** Below this nobody notices, and one turn of the machine's scheduler more is no harm by the attack. */
const UNNOTICED_MS = 10
const LOOP_BLOCK_MS = 50

const WORDS: Readonly<Record<Probe, string>> = {
  ping: 'ping of a peer',
  chat: 'line from peer to peer',
  rpc: 'RPC ping',
  newcomer: 'handshake of a newcomer',
}

export function verdicts(outcome: SiegeOutcome): readonly Finding[] {
  const attackers = outcome.bands.flatMap((band) => hostile(band, outcome))
  const broken = attackers.filter(({ isMet }) => !isMet)
  const [first] = attackers
  return [
    honest(outcome),
    ...(outcome.bands.length === 1 || broken.length > 0 ? attackers : [{ ...first!, ...crowd(outcome) }]),
    footprints(outcome),
    waits(outcome),
    machine(outcome),
  ]
}

/** All bands in one line, once each was found to be as it should. */
function crowd({ bands }: SiegeOutcome): Pick<Finding, 'done' | 'outcome' | 'aim'> {
  const attackers = bands.reduce((sum, each) => sum + each.attackers, 0)
  const connections = bands.reduce((sum, each) => sum + each.held.count, 0)
  const banned = bands.filter((band) => band.bannedHosts > 0).map(({ attack }) => attack.name)
  return {
    done: `${count(attackers)} attackers of ${bands.length} kinds`,
    outcome: `${count(connections)} connections held, each gone in its time; banned: ${banned.join(', ')}`,
    aim: 'as alone',
  }
}

function honest({ attacked, calm, honestBans }: SiegeOutcome): Finding {
  const faults = [...calm.faults, ...attacked.faults]
  const newcomers = attacked.samples.newcomer.length
  const words = [
    faults.length === 0 ? 'none dropped' : faults.slice(0, 3).join('; '),
    `${honestBans} banned`,
    `${count(attacked.missing)} of ${count(attacked.said)} lines lost`,
    `${count(newcomers)} newcomers in`,
  ]
  return promise('honest peers meanwhile', {
    outcome: words.join(', '),
    aim: 'none dropped, banned or kept out, no line lost',
    isMet: faults.length === 0 && honestBans === 0 && attacked.missing === 0 && newcomers > 0,
  })
}

function hostile(band: BandOutcome, { limits, isAwaited, bands }: SiegeOutcome): readonly Finding[] {
  const { attack, held, left, tally } = band
  const withinMs = attack.goneWithinMs(limits)
  const isGone = withinMs === null || ((left === 0 || !isAwaited) && held.longestMs <= withinMs + LATE_MS)
  const isAlone = bands.length === 1
  const words = [
    `${count(held.count)} connections held, the longest ${(held.longestMs / 1_000).toFixed(1)} s`,
    ...(left > 0 && withinMs !== null ? [`${count(left)} left`] : []),
    `${count(band.bannedHosts)} hosts banned`,
  ]
  const aims = [...(withinMs === null ? [] : [`gone within ${withinMs / 1_000} s`]), BAN_WORDS[String(attack.isBanned ?? false)]!]
  return [
    promise(`${band.attackers === 1 ? 'one' : count(band.attackers)} that ${attack.does}`, {
      outcome: words.join(', '),
      aim: aims.join(', '),
      isMet: isGone && isAsBanned(band, isAlone),
    }),
    // In a crowd one may not come to its turn.
    ...((isAlone ? attack.judge?.(tally) : undefined) ?? []),
  ]
}

const BAN_WORDS: Readonly<Record<string, string>> = { true: 'banned', false: 'not banned', perhaps: 'banned or not' }

/** In a crowd one may be sent away before it has done what it is banned for. */
function isAsBanned({ attack, bannedHosts }: BandOutcome, isAlone: boolean): boolean {
  if (attack.isBanned === 'perhaps') return true
  return attack.isBanned === true ? bannedHosts > 0 || !isAlone : bannedHosts === 0
}

function footprints({ before, after, peakMib, isBackToBase, memoryMib }: SiegeOutcome): Finding {
  const memory = `${before.residentMib.toFixed(0)} MiB, at most ${peakMib.toFixed(0)}, ${after.residentMib.toFixed(0)} after`
  return promise('memory and open files of the node', {
    outcome: `${memory}; ${before.files} files before, ${after.files} after`,
    aim: `at most ${memoryMib} MiB, no file left open`,
    isMet: peakMib <= memoryMib && isBackToBase,
  })
}

/** Of each probe the half and 99 in 100, before and during the attack. */
function waits({ calm, attacked }: SiegeOutcome): Finding {
  const compared = PROBES.filter((probe) => attacked.samples[probe].length > 0).map((probe) => {
    const [before, during] = [calm.samples[probe], attacked.samples[probe]]
    const [was, is] = [percentile(before, 99), percentile(during, 99)]
    const isMet = is <= Math.max(before.length === 0 ? 0 : 2 * was, UNNOTICED_MS)
    return { text: `${WORDS[probe]} ${latencyText(during)} (before ${latencyText(before)})`, isMet }
  })
  return figure('waits of honest peers, half / 99 in 100 of them', {
    outcome: compared.map(({ text }) => text).join('; '),
    aim: `99 in 100 at most twice as long as before, or ${shortMs(UNNOTICED_MS)} ms`,
    isMet: compared.every(({ isMet }) => isMet),
  })
}

/** How much of the waits is the loop of the node, and how much is others that had the processor: attackers share the machine here. */
function machine({ machine: { node, honest, attackers, loop } }: SiegeOutcome): Finding {
  const percent = (part: number): string => `${(part * 100).toFixed(0)} %`
  return figure('event loop of the node: p99.9 and longest delay', {
    outcome:
      `${loop.p999Ms.toFixed(0)} / ${loop.maxMs.toFixed(0)} ms; of the time its thread ran ${percent(node.ran)} and waited for a processor ` +
      `${percent(node.waited)}, those of the honest ${percent(honest.ran)} and ${percent(honest.waited)}, of the attackers ${percent(attackers.ran)}`,
    aim: `the longest at most ${LOOP_BLOCK_MS} ms`,
    isMet: loop.maxMs <= LOOP_BLOCK_MS,
  })
}
