/** `pnpm sim`: experiments on networks of real nodes, in simulated time. How to read what it prints: docs/simulation.md. */
import { UsageError } from '@dchat/scripts/command-line'
import { HELP, parseArguments } from './src/arguments.ts'
import type { Command, SimArguments } from './src/arguments.ts'
import { runCatchUp } from './src/catch-up-run.ts'
import { FLOOD_AIMS, QUIET_AIMS, directLines } from './src/direct-report.ts'
import { runDirect } from './src/direct-run.ts'
import { runEclipse } from './src/eclipse-run.ts'
import { SEEDS, runNetwork } from './src/network-run.ts'
import { runPartition } from './src/partition-run.ts'
import { catchUpLines, partitionLines, postsLines, sizeLines } from './src/posts-report.ts'
import { runPosts } from './src/posts-run.ts'
import type { SizeReport } from './src/posts-run.ts'
import { count, eclipseLine, networkLines, shortfallLines } from './src/report.ts'
import { runSoak } from './src/soak-run.ts'

/** Failed dials are daily bread here, and nobody reads the stacks of their errors: a tenth of a run. */
Error.stackTraceLimit = 0

/** What a flood costs a node depends on what reaches it, which does not grow with the network. */
const FLOODED_NODES = 100
const FLOODERS = 4

/** What runs, for whoever waits; not a part of the figures. */
function progress(text: string): void {
  console.error(`sim: ${text} …`)
}

async function timed<T>(work: () => Promise<T>): Promise<[T, string]> {
  const startMs = performance.now()
  const result = await work()
  const { rss } = process.memoryUsage()
  return [result, `  wall time ${((performance.now() - startMs) / 1000).toFixed(1)} s, ${count(rss / 2 ** 20)} MiB`]
}

async function network({ nodes = [100, 1_000], seed, outbound, inbound, arrivals, minutes }: SimArguments): Promise<void> {
  for (const size of nodes) {
    console.log(
      `\n${count(size)} nodes and ${SEEDS} seeds, ${outbound} outbound and ${inbound} inbound slots each, ${count(arrivals)} start a minute, seed ${seed}`,
    )
    const options = { nodes: size, seed, outbound, inbound, arrivals, limitMs: minutes * 60_000 }
    progress(`up to ${minutes} simulated minutes of ${count(size)} nodes, seconds for 100, minutes for 1,000`)
    const [report, cost] = await timed(() => runNetwork(options))
    for (const line of [...networkLines(report, size), ...shortfallLines(report, options), cost]) console.log(line)
  }
}

async function eclipse(options: SimArguments): Promise<void> {
  const { attackers, seed, inbound } = options
  console.log(
    `\nEclipse: 200 honest nodes and the victim, each in a network group of its own, ${inbound} inbound slots each; seed ${seed}`,
  )
  console.log("  hostile peers of the victim's    after 15 minutes    after each of 3 restarts")
  console.log('  addresses  groups  defences  outbound  inbound    outbound         inbound')
  const runs = attackers.flatMap((addresses) => [false, true].map((eclipseDefences) => ({ addresses, eclipseDefences })))
  const [, cost] = await timed(async () => {
    for (const [index, { addresses, eclipseDefences }] of runs.entries()) {
      const groups = Math.min(options.groups, addresses)
      const defences = eclipseDefences ? 'on' : 'off'
      progress(`siege ${index + 1} of ${runs.length}: ${count(addresses)} addresses, defences ${defences}, a minute or several`)
      const report = await runEclipse({ attackers: addresses, groups, eclipseDefences, seed, inbound })
      console.log(eclipseLine([count(addresses).padEnd(9), String(groups).padEnd(6), defences.padEnd(8)].join('  '), report))
    }
  })
  console.log(cost)
}

async function soak({ days, seed }: SimArguments): Promise<void> {
  console.log(`\nSoak: 20 nodes that come and go, ${days} days, seed ${seed}`)
  progress(`${days} simulated days, some ten seconds each`)
  const [report, cost] = await timed(() => runSoak({ days, seed }))
  for (const { day, ...counts } of report.days) console.log(`  day ${day}: ${JSON.stringify(counts)}`)
  const { events, starts, bans, lonely, stuck, openHandles, pendingTimers } = report
  console.log(`  ${count(events)} messages and dials, ${count(starts)} starts`)
  console.log(`  at the end: ${JSON.stringify({ bans, lonely, stuck, openHandles, pendingTimers })}`)
  console.log(cost)
}

function onSize(report: SizeReport): void {
  for (const line of sizeLines(report)) console.log(line)
}

async function posts({ nodes = [1_000], seed, posts: each = 20 }: SimArguments): Promise<void> {
  for (const size of nodes) {
    console.log(
      `\nPosts: ${count(size)} nodes, one in ten of them down at any time; 1 % of dials lost, 1 % of links break each minute; seed ${seed}`,
    )
    progress(`${each} posts of each size among ${count(size)} nodes, minutes for 1,000`)
    const [report, cost] = await timed(() => runPosts({ nodes: size, seed, posts: each, onSize }))
    for (const line of [...postsLines(report), cost]) console.log(line)
  }
  console.log(`\nCatching up; seed ${seed}`)
  progress('a day of one node, some ten seconds')
  const [report, cost] = await timed(() => runCatchUp({ seed, posts: 5_000 }))
  for (const line of [...catchUpLines(report), cost]) console.log(line)
}

async function partition({ nodes = [50], seed, posts: each = 2_000 }: SimArguments): Promise<void> {
  for (const size of nodes) {
    console.log(
      `\nPartition: ${count(size)} nodes in halves for an hour, ${count(each)} posts a half, churn and faults as above; seed ${seed}`,
    )
    progress(`an hour of ${count(size)} nodes, minutes`)
    const [report, cost] = await timed(() => runPartition({ nodes: size, seed, posts: each }))
    for (const line of [...partitionLines(report), cost]) console.log(line)
  }
}

async function direct({ nodes = [1_000], seed }: SimArguments): Promise<void> {
  for (const size of nodes) {
    console.log(`\nDirect messages: ${count(size)} nodes, 60 a minute in all; seed ${seed}`)
    progress(`three minutes of ${count(size)} nodes, minutes for 1,000`)
    const [report, cost] = await timed(() => runDirect({ nodes: size, seed, seconds: 180 }))
    for (const line of [...directLines(report, QUIET_AIMS), cost]) console.log(line)
    const few = Math.min(size, FLOODED_NODES)
    console.log(
      `\nFlood of _dm: ${count(few)} nodes, ${FLOODERS} of them fed as fast as they take it, and 60 messages a minute; seed ${seed}`,
    )
    progress(`a minute of ${count(few)} nodes under a flood, minutes`)
    const [flooded, floodCost] = await timed(() => runDirect({ nodes: few, seed, seconds: 60, flooders: FLOODERS }))
    for (const line of [...directLines(flooded, FLOOD_AIMS), floodCost]) console.log(line)
  }
}

const RUN: Readonly<Record<Command, (options: SimArguments) => Promise<void>>> = {
  network,
  eclipse,
  soak,
  posts,
  partition,
  direct,
}

try {
  const options = parseArguments(process.argv.slice(2))
  if (options === 'help') console.log(HELP)
  else for (const command of options.commands) await RUN[command](options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`sim: ${error.message}\nTry: pnpm sim --help`)
  process.exitCode = 2
}
