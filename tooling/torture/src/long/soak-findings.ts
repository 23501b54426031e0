/** What came of a long run, as findings. */
import { count, figure, promise } from '../experiment.ts'
import type { Finding } from '../experiment.ts'
import { growth, slopePerHour } from './growth.ts'
import type { Reading } from './growth.ts'
import type { Shortcomings } from './post-ledger.ts'
import { SOAK_BOUNDS } from './soak-bounds.ts'
import type { Life } from './soak-watch.ts'
import type { Vitals } from './vitals.ts'

export interface SoakFacts {
  readonly lives: readonly Life[]
  readonly heaps: ReadonlyMap<string, readonly Reading[]>
  readonly isWarm: (atMs: number) => boolean
}

/** Of the readings at either end, so much is compared. */
const PART = 0.2
const MIB = 2 ** 20

export function lineFindings(done: string, { short, owed, settledSec, aimSec }: LineFacts): Finding[] {
  const { missing, doubled, strange, uneven } = short
  const faults = [...missing, ...doubled, ...strange, ...uneven]
  const named =
    faults.length === 0
      ? ''
      : ` (${faults
          .slice(0, 3)
          .map((fault) => fault.slice(0, 60))
          .join('; ')})`
  const words = `${count(missing.length)} of ${count(owed)} missing, ${doubled.length} doubled, ${strange.length} changed or astray, ${uneven.length} with some only`
  return [
    promise(done, {
      outcome: words + named,
      aim: 'each promised line once with everybody it is for',
      isMet: faults.length === 0,
    }),
    figure('the same once nobody comes or goes any more', {
      outcome:
        settledSec === undefined ? 'not all had all in the time waited for' : `all had all after ${settledSec.toFixed(1)} s`,
      aim: `within ${aimSec} s`,
      isMet: settledSec !== undefined && settledSec <= aimSec,
    }),
  ]
}

export interface LineFacts {
  readonly short: Shortcomings
  readonly owed: number
  readonly settledSec: number | undefined
  readonly aimSec: number
}

export function soakFindings(facts: SoakFacts): Finding[] {
  return [
    ...peaceFindings(facts),
    ...memoryFindings(facts),
    ...handleFindings(facts),
    ...fileFindings(facts),
    ...loadFindings(facts),
  ]
}

function peaceFindings({ lives }: SoakFacts): Finding[] {
  const total = (of: (vitals: Vitals) => number): number =>
    lives.reduce((sum, { vitals }) => sum + (vitals.length === 0 ? 0 : of(vitals.at(-1)!)), 0)
  const [bans, errors, lost] = [total(({ bansMade }) => bansMade), total((each) => each.errors), total((each) => each.lostLines)]
  return [
    promise('bans, errors logged, lines lost by logs or stores', {
      outcome: `${bans} bans, ${errors} errors, ${lost} lines`,
      aim: 'none',
      isMet: bans + errors + lost === 0,
    }),
  ]
}

function memoryFindings({ lives, heaps, isWarm }: SoakFacts): Finding[] {
  const heapGrowths = [...heaps].map(([name, readings]) => ({ name, value: readings.at(-1)![1] - readings[0]![1] }))
  const steady = lives.filter(({ kind }) => kind === 'stays' || kind === 'seed')
  const rows = steady.map((life) => ({ name: life.name, readings: warm(life, isWarm, ({ rssBytes }) => rssBytes) }))
  const growths = rows.map(({ name, readings }) => ({ name, value: growth(readings, PART) }))
  const slopes = rows.map(({ name, readings }) => ({ name, value: slopePerHour(readings) }))
  const highest = worst(
    lives.map((life) => ({ name: life.name, value: Math.max(0, ...life.vitals.map(({ rssBytes }) => rssBytes)) })),
  )
  const { heapGrowthBytes, rssGrowthBytes, rssSlopeBytesPerHour, rssBytes } = SOAK_BOUNDS
  return [
    bounded(`live heap of ${heapGrowths.length} that stay, from after the first minutes to the end`, worst(heapGrowths), {
      bound: heapGrowthBytes,
      words: mib,
    }),
    bounded(`resident memory of ${rows.length} that stay, the last fifth against the first`, worst(growths), {
      bound: rssGrowthBytes,
      words: mib,
    }),
    bounded('resident memory at its highest, of all', highest, {
      bound: rssBytes,
      words: (value) => `${(value / MIB).toFixed(0)} MiB`,
    }),
    figure('slope of resident memory', {
      outcome: slopes.map(({ name, value }) => `${name} ${mib(value)}/h`).join(', '),
      aim: `at most ${mib(rssSlopeBytesPerHour)}/h`,
      isMet: slopes.every(({ value }) => value <= rssSlopeBytesPerHour),
    }),
  ]
}

function handleFindings({ lives, isWarm }: SoakFacts): Finding[] {
  const steady = lives.filter(({ kind }) => kind !== 'comes')
  const grown = (of: (vitals: Vitals) => number): Worst =>
    worst(steady.map((life) => ({ name: life.name, value: growth(warm(life, isWarm, of), PART) })))
  const most = (of: (vitals: Vitals) => number): Worst =>
    worst(lives.map((life) => ({ name: life.name, value: Math.max(0, ...life.vitals.map(of)) })))
  const { fdGrowth, timerGrowth, requestGrowth, hostsAtWorkBeyondChannels, hostsIdle, listed } = SOAK_BOUNDS
  const words = (value: number): string => count(value)
  return [
    bounded(
      'open files beyond those of connections',
      grown((each) => each.fds - each.connections),
      { bound: fdGrowth, words },
    ),
    bounded(
      'timers beyond one for each channel',
      grown((each) => each.timers - each.channels),
      { bound: timerGrowth, words },
    ),
    bounded(
      'requests of the system under way',
      grown((each) => each.requests),
      { bound: requestGrowth, words },
    ),
    bounded(
      'host registry, entries at work beyond channels, at most',
      most((each) => each.hostsAtWork - each.channels),
      {
        bound: hostsAtWorkBeyondChannels,
        words,
      },
    ),
    bounded(
      'host registry, idle entries, at most',
      most((each) => each.hostsIdle),
      { bound: hostsIdle, words },
    ),
    bounded(
      'idle entries beyond one for each channel, dial and known host',
      most((each) => each.hostsIdle - each.connected - each.listed),
      {
        bound: 0,
        words,
      },
    ),
    bounded(
      'known hosts, at most',
      most((each) => each.listed),
      { bound: listed, words },
    ),
  ]
}

function fileFindings({ lives }: SoakFacts): Finding[] {
  const most = (of: (vitals: Vitals) => number): Worst =>
    worst(lives.map((life) => ({ name: life.name, value: Math.max(0, ...life.vitals.map(of)) })))
  const sizes = ({ files }: Vitals, pattern: RegExp): number =>
    [...files].reduce((sum, [path, size]) => sum + (pattern.test(path) ? size : 0), 0)
  const { walBytes, logBytes, databaseBytes, databaseBytesPerLine } = SOAK_BOUNDS
  const strays = new Set(lives.flatMap(({ vitals }) => strayFiles(vitals)))
  return [
    bounded(
      'log of the database, at most',
      most((each) => sizes(each, /-wal$/)),
      { bound: walBytes, words: mib },
    ),
    bounded(
      'log files, at most',
      most((each) => sizes(each, /\.log(\.\d+)?$/)),
      { bound: logBytes, words: mib },
    ),
    bounded(
      'database, bytes a line beyond those of an empty one',
      most((each) => perLine(sizes(each, /messages\.db$/) - databaseBytes, each)),
      {
        bound: databaseBytesPerLine,
        words: (value) => count(value),
      },
    ),
    promise('files in the homes', {
      outcome: strays.size === 0 ? 'only those that are documented' : `also ${[...strays].slice(0, 5).join(', ')}`,
      aim: 'no others, and no temporary ones left',
      isMet: strays.size === 0,
    }),
  ]
}

/** Those of the last reading that were there at the one before: a file that is just being written is not. */
function strayFiles(vitals: readonly Vitals[]): string[] {
  const [before, last] = vitals.slice(-2)
  return [...(last?.files.keys() ?? [])].filter((path) => before?.files.has(path) === true && !KNOWN_FILE.test(path))
}

/** Files that docs/operations.md and docs/configuration.md name. */
const KNOWN_FILE =
  /^(dchatd\.toml|lilith\.toml|data\/(messages\.db(-wal|-shm)?|identity\.key|box-keys|room-keys|hostlist\.tsv|bans\.tsv|anchors\.tsv|lock\.db)|e2e\.tsv|e2e\/.*|run\/.*|state\/dchatd\.log(\.[12])?)$/

function loadFindings({ lives, isWarm }: SoakFacts): Finding[] {
  const steady = lives.filter(({ kind }) => kind === 'stays')
  const readings = steady.flatMap(({ vitals }) => vitals.filter(({ atMs }) => isWarm(atMs)))
  const delays = (of: (vitals: Vitals) => number | undefined): number => Math.max(0, ...readings.map((each) => of(each) ?? 0))
  const cores = steady.map(({ vitals }) => {
    const [first, last] = [vitals[0], vitals.at(-1)]
    return first === undefined || last === undefined || last === first
      ? 0
      : ((last.cpuSec - first.cpuSec) / (last.atMs - first.atMs)) * 1_000
  })
  const [p99, longest] = [delays(({ delayP99Ms }) => delayP99Ms), delays(({ delayMaxMs }) => delayMaxMs)]
  return [
    figure('event loop of those that stay: worst p99 between two readings, longest block', {
      outcome: `${p99.toFixed(0)} ms, ${longest.toFixed(0)} ms`,
      aim: '20 ms, 50 ms',
      isMet: p99 <= 20 && longest <= 50,
    }),
    figure('processor time of those that stay', {
      outcome: `at most ${(Math.max(0, ...cores) * 100).toFixed(1)} % of a core`,
      aim: 'at most 5 % of a core',
      isMet: Math.max(0, ...cores) <= 0.05,
    }),
  ]
}

interface Worst {
  readonly name: string
  readonly value: number
}

function worst(rows: readonly Worst[]): Worst {
  return rows.reduce((most, row) => (row.value > most.value ? row : most), rows[0] ?? { name: 'nobody', value: 0 })
}

function bounded(
  done: string,
  { name, value }: Worst,
  { bound, words }: { bound: number; words: (value: number) => string },
): Finding {
  return promise(done, { outcome: `${words(value)} at worst (${name})`, aim: `at most ${words(bound)}`, isMet: value <= bound })
}

function warm({ vitals }: Life, isWarm: (atMs: number) => boolean, of: (vitals: Vitals) => number): Reading[] {
  return vitals.filter(({ atMs }) => isWarm(atMs)).map((each) => [each.atMs, of(each)])
}

function perLine(bytes: number, { storedLines }: Vitals): number {
  return storedLines === 0 ? 0 : bytes / storedLines
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`
}
