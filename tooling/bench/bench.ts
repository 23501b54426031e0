/** `pnpm bench`: prints what this machine does beside what is aimed at. Figures vary with what else runs. */
import { availableParallelism, cpus, loadavg } from 'node:os'
import { HELP, parseArguments } from './src/arguments.ts'
import type { Section } from './src/arguments.ts'
import { channelBench } from './src/channel-bench.ts'
import { chatBench } from './src/chat-bench.ts'
import { checkBuilt } from './src/bench-daemon.ts'
import { startBench, storedBench } from './src/dchatd-bench.ts'
import { directBench } from './src/direct-bench.ts'
import { historyBench } from './src/history-bench.ts'
import { hostsBench } from './src/hosts-bench.ts'
import { PEERS, peersBench } from './src/peers-bench.ts'
import { exchangeBench, hostileBench, setBench } from './src/reconcile-bench.ts'
import { postsBench } from './src/posts-bench.ts'
import { BenchError } from './src/rows.ts'
import type { BenchRow } from './src/rows.ts'
import { rpcBench } from './src/rpc-bench.ts'
import { tuiBench } from './src/tui-bench.ts'

/** Parts that start the programs as they were built. */
const OF_DAEMONS: ReadonlySet<Section> = new Set<Section>(['dchatd', 'rpc', 'chat', 'direct', 'tui'])

/** More waiting work than that, a core, and every figure is another one. */
const QUIET_LOAD = 0.25

function head(sections: readonly Section[]): void {
  const cores = availableParallelism()
  const loads = loadavg()
  const shown = loads.map((load) => load.toFixed(1)).join(' ')
  console.log(
    `${cores} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}; load average ${shown} (1, 5, 15 minutes)`,
  )
  if (loads[0]! > QUIET_LOAD * cores)
    console.log('Something else is running here: expect figures below what this machine can do.')
  if (sections.includes('channel') || sections.includes('dchatd')) {
    console.log("reference: the Rust node's dchatd, measured earlier: messages a second that come in through one channel.")
  }
}

function table(title: string, rows: readonly BenchRow[]): void {
  console.log(`\n${title}`)
  console.log('  size       messages/s         aim   reference')
  for (const { label, perSecond, aim, reference } of rows) {
    console.log(`  ${label.padEnd(8)} ${figure(perSecond)}${figure(aim)}${figure(reference)}${verdict(perSecond >= aim)}`)
  }
}

function figure(value: number): string {
  return Math.round(value).toLocaleString('en-US').padStart(12)
}

function verdict(isReached: boolean, what = ''): string {
  return isReached ? '' : `   MISSED${what}`
}

async function channel(): Promise<void> {
  table('One tcp channel up to a protocol handler', await channelBench())
}

async function dchatd(): Promise<void> {
  const stored = await storedBench()
  table('Through dchatd into its database', stored)
  console.log(`  peak memory: ${stored.map(({ label, peakMib }) => `${label} ${peakMib?.toFixed(0) ?? '?'} MiB`).join(', ')}`)
  const { firstAnswerMs, idleMib } = await startBench()
  console.log('\ndchatd')
  console.log(`  first RPC answer after spawn: ${firstAnswerMs.toFixed(0)} ms (aim 200)${verdict(firstAnswerMs <= 200)}`)
  console.log(`  memory at rest: ${idleMib?.toFixed(0) ?? '?'} MiB (aim 80)${verdict(idleMib === undefined || idleMib <= 80)}`)
}

async function rpc(): Promise<void> {
  const { machine, rows } = await rpcBench()
  console.log('\nThe RPC of a dchatd, asked from another process; medians')
  console.log(
    `  this machine: a line to another process and back ${machine.pingPongUs.toFixed(0)} µs, fdatasync ${machine.fdatasyncUs.toFixed(0)} µs`,
  )
  console.log(`  ${''.padEnd(44)}                 aim   reference`)
  for (const { label, value, unit, aim, reference } of rows) {
    const isReached = aim === undefined || (unit === '/s' ? value >= aim : value <= aim)
    const [aimed, theirs] = [aim, reference].map((one) => (one === undefined ? '           –' : figure(one)))
    console.log(`  ${label.padEnd(44)}${figure(value)} ${unit.padEnd(2)}${aimed}${theirs}${verdict(isReached)}`)
  }
}

async function peers(): Promise<void> {
  console.log(`\n${PEERS} peers of one node`)
  console.log('  transport   memory a peer    aim   read by all: median    p99    aim')
  for (const { scheme, idleBytes, idleAim, liveBytes, medianMs, p99Ms, medianAim } of await peersBench()) {
    const memory = `${kib(idleBytes)} KiB ${kib(idleAim)}`
    const times = [medianMs, p99Ms, medianAim].map((ms) => ms.toFixed(1).padStart(6)).join(' ')
    const verdicts = verdict(idleBytes <= idleAim, ' memory') + verdict(medianMs <= medianAim, ' median')
    const live = `(live objects ${kib(liveBytes).trim()} KiB a peer)`
    console.log(`  ${scheme.padEnd(9)} ${memory}              ${times} ms   ${live}${verdicts}`)
  }
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1).padStart(6)
}

function hosts(): Promise<void> {
  console.log('\nHost lists, the white one full with 5,000')
  console.log(`  ${''.padEnd(54)}      times       ns/op         aim`)
  for (const { label, operations, nsPerOp, aimNs } of hostsBench()) {
    const aim = aimNs === undefined ? '           –' : figure(aimNs)
    const isReached = aimNs === undefined || nsPerOp <= aimNs
    console.log(`  ${label.padEnd(52)} ${figure(operations)}${figure(nsPerOp)}${aim}${verdict(isReached)}`)
  }
  return Promise.resolve()
}

async function reconcile(): Promise<void> {
  console.log('\nReconciling rooms of 100,000 posts, frames of at most 60 KiB')
  console.log(`  ${''.padEnd(52)}      bytes         aim  round trips aim   slowest step`)
  for (const { label, bytes, roundTrips, aimBytes, aimRoundTrips, worstStepMs } of await exchangeBench()) {
    const aim = aimBytes === undefined ? '           –' : figure(aimBytes)
    const isReached = bytes <= (aimBytes ?? Infinity) && roundTrips <= (aimRoundTrips ?? Infinity)
    const trips = `${roundTrips.toString().padStart(10)} ${(aimRoundTrips?.toString() ?? '–').padStart(5)}`
    console.log(
      `  ${label.padEnd(50)} ${figure(bytes)}${aim}${trips} ${worstStepMs.toFixed(1).padStart(11)} ms${verdict(isReached)}`,
    )
  }
  console.log(`  ${''.padEnd(60)}                 aim`)
  for (const { label, value, unit, aim } of [...setBench(), ...hostileBench()]) {
    const isReached = aim === undefined || (unit === '/s' ? value >= aim : value <= aim)
    const shown = unit === '/s' ? figure(value) : value.toFixed(unit === 'ms' ? 3 : 1).padStart(12)
    const aimed = aim === undefined ? '–' : aim.toLocaleString('en-US')
    console.log(`  ${label.padEnd(60)}${shown} ${unit.padEnd(2)}${aimed.padStart(9)}${verdict(isReached)}`)
  }
}

async function posts(): Promise<void> {
  console.log('\nPosts')
  console.log(`  ${''.padEnd(60)}                     aim`)
  for (const { label, value, unit, aim } of await postsBench()) {
    const isReached = aim === undefined || (unit === '/s' ? value >= aim : value <= aim)
    const aimed = aim === undefined ? '           –' : precise(aim)
    console.log(`  ${label.padEnd(60)}${precise(value)} ${unit.padEnd(2)}${aimed}${verdict(isReached)}`)
  }
}

function precise(value: number): string {
  return value < 100 ? value.toFixed(1).padStart(12) : figure(value)
}

async function history(): Promise<void> {
  console.log('\nHistory over one tcp link from a node with 100,000 posts; both sides here, stores in files')
  console.log('  node                posts  first page         aim         all         aim      of a core   longest block')
  for (const { label, posts, firstPageMs, allMs, aimFirstPageMs, aimAllMs, coreMs, longestBlockMs } of await historyBench()) {
    const [firstAim, allAim] = [aimFirstPageMs, aimAllMs].map((ms) => (ms === undefined ? '           –' : figure(ms)))
    const isReached = firstPageMs <= (aimFirstPageMs ?? Infinity) && allMs <= (aimAllMs ?? Infinity)
    const times = `${figure(firstPageMs)}${firstAim}${figure(allMs)}${allAim} ms${figure(coreMs)} ms ${figure(longestBlockMs)} ms`
    console.log(`  ${label.padEnd(14)}${figure(posts).slice(1)}${times}${verdict(isReached)}`)
  }
}

async function chat(): Promise<void> {
  console.log('\nPosts and lines through whole daemons')
  console.log(`  ${''.padEnd(58)}                       aim`)
  for await (const { label, value, unit, aim } of chatBench()) {
    const isReached = unit === 'posts/s' ? value >= aim : value <= aim
    const shown = value < 100 ? value.toFixed(1).padStart(12) : figure(value)
    console.log(`  ${label.padEnd(58)}${shown} ${unit.padEnd(7)}${figure(aim)}${verdict(isReached)}`)
  }
}

async function direct(): Promise<void> {
  console.log('\nDirect messages through whole daemons')
  console.log(`  ${''.padEnd(66)}                     aim`)
  for await (const { label, value, unit, aim } of directBench()) {
    const aimed = aim === undefined ? '           –' : figure(aim)
    console.log(
      `  ${label.padEnd(66)}${value.toFixed(2).padStart(12)} ${unit.padEnd(2)}${aimed}${verdict(value <= (aim ?? Infinity))}`,
    )
  }
}

async function tui(): Promise<void> {
  console.log('\nThe screen of dchat-tui')
  console.log(`  ${''.padEnd(58)}                    aim`)
  for await (const { label, value, unit, aim, isRate = false } of tuiBench()) {
    const isReached = aim === undefined || (isRate ? value >= aim : value <= aim)
    const aimed = aim === undefined ? '           –' : precise(aim)
    console.log(`  ${label.padEnd(58)}${precise(value)} ${unit.padEnd(4)}${aimed}${verdict(isReached)}`)
  }
}

const RUN: Readonly<Record<Section, () => Promise<void>>> = {
  channel,
  dchatd,
  rpc,
  peers,
  hosts,
  reconcile,
  posts,
  history,
  chat,
  direct,
  tui,
}

try {
  const sections = parseArguments(process.argv.slice(2))
  if (sections === 'help') console.log(HELP)
  else {
    if (sections.some((section) => OF_DAEMONS.has(section))) checkBuilt()
    head(sections)
    for (const section of sections) await RUN[section]()
  }
} catch (error) {
  if (!(error instanceof BenchError)) throw error
  const isUsage = error.code === 'BENCH_USAGE'
  console.error(`bench: ${error.message}${isUsage ? '\nTry: pnpm bench --help' : ''}`)
  process.exitCode = isUsage ? 2 : 1
}
