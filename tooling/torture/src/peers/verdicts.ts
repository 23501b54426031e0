/** What a siege says: a finding for the honest, for the attackers, for memory and files, and for the times that were measured. */
import { count, figure, promise } from '../experiment.ts'
import type { Finding } from '../experiment.ts'
import type { BandOutcome, SiegeOutcome } from './siege.ts'
import { PROBES } from './honest-peers.ts'
import type { Probe } from './honest-peers.ts'
import { latencyText, percentile, shortMs } from './latencies.ts'

/** What a busy machine may add to a limit of the node before it is called broken. */
const LATE_MS = 15_000
/** Below this nobody notices, and one turn of the machine's scheduler more is no harm by the attack. */
const UNNOTICED_MS = 10

const WORDS: Readonly<Record<Probe, string>> = {
  ping: 'ping of a peer',
  chat: 'line from peer to peer',
  rpc: 'RPC ping',
  newcomer: 'handshake of a newcomer',
}

export function verdicts(outcome: SiegeOutcome): readonly Finding[] {
  return [
    honest(outcome),
    ...outcome.bands.flatMap((band) => hostile(band, outcome)),
    footprints(outcome),
    ...PROBES.flatMap((probe) => times(probe, outcome)),
  ]
}

function honest({ attacked, calm, honestBans, bands }: SiegeOutcome): Finding {
  const faults = [...calm.faults, ...attacked.faults]
  const newcomers = attacked.samples.newcomer.length
  const words = [
    faults.length === 0 ? 'none dropped' : faults.slice(0, 3).join('; '),
    `${honestBans} banned`,
    `${count(attacked.missing)} of ${count(attacked.said)} lines lost`,
    `${count(newcomers)} newcomers in`,
  ]
  const attackers = bands.reduce((sum, each) => sum + each.attackers, 0)
  return promise(`honest peers of a node under ${attackers === 1 ? 'the attack' : `${count(attackers)} attackers`}`, {
    outcome: words.join(', '),
    aim: 'none dropped, banned or kept out, no line lost',
    isMet: faults.length === 0 && honestBans === 0 && attacked.missing === 0 && newcomers > 0,
  })
}

function hostile(band: BandOutcome, { limits }: SiegeOutcome): readonly Finding[] {
  const { attack, held, left, tally } = band
  const withinMs = attack.goneWithinMs(limits)
  const isGone = withinMs === null || (left === 0 && held.longestMs <= withinMs + LATE_MS)
  const isBanned = attack.isBanned === true ? band.bannedHosts > 0 : band.bannedHosts === 0
  const words = [
    `${count(held.count)} connections held, the longest ${(held.longestMs / 1_000).toFixed(1)} s`,
    ...(left > 0 && withinMs !== null ? [`${count(left)} left`] : []),
    `${count(band.bannedHosts)} hosts banned`,
  ]
  const aims = [
    ...(withinMs === null ? [] : [`gone within ${withinMs / 1_000} s`]),
    attack.isBanned === true ? 'banned' : 'not banned',
  ]
  return [
    promise(`an attacker that ${attack.does}`, { outcome: words.join(', '), aim: aims.join(', '), isMet: isGone && isBanned }),
    ...(attack.judge?.(tally) ?? []),
  ]
}

function footprints({ before, after, peakMib, isBackToBase, memoryMib }: SiegeOutcome): Finding {
  const grownMib = peakMib - before.residentMib
  const memory = `${before.residentMib.toFixed(0)} MiB, at most ${peakMib.toFixed(0)}, ${after.residentMib.toFixed(0)} after`
  return promise('memory and open files of the node', {
    outcome: `${memory}; ${before.files} files before, ${after.files} after`,
    aim: `at most ${memoryMib.promised} MiB more (meant: ${memoryMib.aim}), no file left open`,
    isMet: grownMib <= memoryMib.promised && isBackToBase,
  })
}

function times(probe: Probe, { calm, attacked }: SiegeOutcome): readonly Finding[] {
  const [before, during] = [calm.samples[probe], attacked.samples[probe]]
  if (during.length === 0) return []
  const [was, is] = [percentile(before, 99), percentile(during, 99)]
  return [
    figure(`${WORDS[probe]}, half of ${count(during.length)} / 99 in 100 of them`, {
      outcome: `${latencyText(during)}, before ${latencyText(before)}`,
      aim: `99 in 100 at most twice as long, or ${shortMs(UNNOTICED_MS)} ms`,
      isMet: is <= Math.max(before.length === 0 ? 0 : 2 * was, UNNOTICED_MS),
    }),
  ]
}
