/** `pnpm sim`: experiments on networks of real nodes, in simulated time. How to read what it prints: docs/simulation.md. */
import { HELP, UsageError, parseArguments } from './src/arguments.ts'
import type { Command, SimArguments } from './src/arguments.ts'
import { runEclipse } from './src/eclipse-run.ts'
import { SEEDS, runNetwork } from './src/network-run.ts'
import { count, eclipseLine, networkLines, shortfallLines } from './src/report.ts'
import { runSoak } from './src/soak-run.ts'

/** Failed dials are daily bread here, and nobody reads the stacks of their errors: a tenth of a run. */
Error.stackTraceLimit = 0

/** Addresses of an attacker are in at most so many network groups. */
const MAX_HOSTILE_GROUPS = 4

async function timed<T>(work: () => Promise<T>): Promise<[T, string]> {
  const startMs = performance.now()
  const result = await work()
  const { rss } = process.memoryUsage()
  return [result, `  wall time ${((performance.now() - startMs) / 1000).toFixed(1)} s, ${count(rss / 2 ** 20)} MiB`]
}

async function network({ nodes, seed, outbound, inbound, arrivals, minutes }: SimArguments): Promise<void> {
  for (const size of nodes) {
    console.log(
      `\n${count(size)} nodes and ${SEEDS} seeds, ${outbound} outbound and ${inbound} inbound slots each, ${count(arrivals)} start a minute, seed ${seed}`,
    )
    const options = { nodes: size, seed, outbound, inbound, arrivals, limitMs: minutes * 60_000 }
    const [report, cost] = await timed(() => runNetwork(options))
    for (const line of [...networkLines(report, size), ...shortfallLines(report), cost]) console.log(line)
  }
}

async function eclipse({ attackers, seed, inbound }: SimArguments): Promise<void> {
  console.log(`\nEclipse: 200 honest nodes, each in a network group of its own; seed ${seed}`)
  console.log("  hostile peers of the victim's    after 15 minutes    after each of 3 restarts")
  console.log('  addresses  groups  defences  outbound  inbound    outbound         inbound')
  for (const addresses of attackers) {
    const groups = Math.min(MAX_HOSTILE_GROUPS, addresses)
    for (const eclipseDefences of [false, true]) {
      const [report] = await timed(() => runEclipse({ attackers: addresses, groups, eclipseDefences, seed, inbound }))
      const label = [count(addresses).padEnd(9), String(groups).padEnd(6), (eclipseDefences ? 'on' : 'off').padEnd(8)].join('  ')
      console.log(eclipseLine(label, report))
    }
  }
}

async function soak({ days, seed }: SimArguments): Promise<void> {
  console.log(`\nSoak: 20 nodes that come and go, ${days} days, seed ${seed}`)
  const [report, cost] = await timed(() => runSoak({ days, seed }))
  for (const { day, ...counts } of report.days) console.log(`  day ${day}: ${JSON.stringify(counts)}`)
  const { events, starts, bans, lonely, stuck, openHandles, pendingTimers } = report
  console.log(`  ${count(events)} messages and dials, ${count(starts)} starts`)
  console.log(`  at the end: ${JSON.stringify({ bans, lonely, stuck, openHandles, pendingTimers })}`)
  console.log(cost)
}

const RUN: Readonly<Record<Command, (options: SimArguments) => Promise<void>>> = { network, eclipse, soak }

try {
  const options = parseArguments(process.argv.slice(2))
  if (options === 'help') console.log(HELP)
  else for (const command of options.commands) await RUN[command](options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`sim: ${error.message}\nTry: pnpm sim --help`)
  process.exitCode = 2
}
