/** `pnpm bench`: prints what this machine does beside what it is compared with. Figures vary with what else runs. */
import { channelBench } from './src/channel-bench.ts'
import { startBench, storedBench } from './src/dchatd-bench.ts'
import { PEERS, peersBench } from './src/peers-bench.ts'
import type { BenchRow } from './src/rows.ts'

function table(title: string, rows: readonly BenchRow[]): void {
  console.log(`\n${title}`)
  console.log('  size       messages/s         aim   reference')
  for (const { label, perSecond, aim, reference } of rows) {
    console.log(`  ${label.padEnd(8)} ${figure(perSecond)} ${figure(aim)} ${figure(reference)}`)
  }
}

function figure(value: number): string {
  return Math.round(value).toLocaleString('en-US').padStart(12).slice(-12)
}

table('One tcp channel up to a protocol handler', await channelBench())
const stored = await storedBench()
table('Through dchatd into its database', stored)
console.log(`  peak memory: ${stored.map(({ label, peakMib }) => `${label} ${peakMib?.toFixed(0) ?? '?'} MiB`).join(', ')}`)
const { firstAnswerMs, idleMib } = await startBench()
console.log('\ndchatd')
console.log(`  first RPC answer after spawn: ${firstAnswerMs.toFixed(0)} ms (aim 250)`)
console.log(`  memory at rest: ${idleMib?.toFixed(0) ?? '?'} MiB (aim 80)`)

console.log(`\n${PEERS} peers of one node`)
console.log('  transport   memory a peer    aim   read by all: median    p99    aim')
for (const { scheme, idleBytes, idleAim, liveBytes, medianMs, p99Ms, medianAim } of await peersBench()) {
  const memory = `${kib(idleBytes)} KiB ${kib(idleAim)}`
  const times = [medianMs, p99Ms, medianAim].map((ms) => ms.toFixed(1).padStart(6)).join(' ')
  console.log(`  ${scheme.padEnd(9)} ${memory}              ${times} ms   (live objects ${kib(liveBytes).trim()} KiB a peer)`)
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1).padStart(6)
}
