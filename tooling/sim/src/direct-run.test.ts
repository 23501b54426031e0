import { expect, test } from 'vitest'
import { CpuMeter } from './cpu-meter.ts'
import { FLOOD_AIMS, QUIET_AIMS, directLines } from './direct-report.ts'
import { runDirect } from './direct-run.ts'
import { MailLedger } from './mail-ledger.ts'
import { PlainTextTap } from './plain-text-tap.ts'

/** Some ten seconds of one core; a busy machine has less. */
const TIMEOUT_MS = 300_000

test(
  'direct messages are read by whom they are for, by nobody else, and cost each node little',
  { timeout: TIMEOUT_MS },
  async () => {
    const report = await runDirect({ nodes: 24, seed: 2, seconds: 30, sample: 8 })
    expect(report).toMatchObject({ sent: 30, opened: 30, strayed: 0, elsewhere: 0, inTheClear: 0, bans: 0 })
    // Everybody's but one's own: none is passed over because it is not for oneself.
    expect(report.triedAMinute).toBeGreaterThan(45)
    expect(report.tryMs).toBeGreaterThan(0)
    // How dear a try is depends on the machine: the rule of a twentieth holds on each.
    expect(directLines(report, { ...QUIET_AIMS, share: FLOOD_AIMS.share }).join('\n')).not.toContain('MISSED')
  },
)

test(
  'a flood of direct messages takes a twentieth of a core, and those who know each other are heard',
  { timeout: TIMEOUT_MS },
  async () => {
    const report = await runDirect({ nodes: 6, seed: 2, seconds: 30, sample: 2, flooders: 2 })
    // More than what is tried.
    expect(report.cameAMinute).toBeGreaterThan(2 * report.triedAMinute)
    expect(report).toMatchObject({ sent: 30, opened: 30, strayed: 0, elsewhere: 0, inTheClear: 0, bans: 0 })
    expect(directLines(report, FLOOD_AIMS).join('\n')).not.toContain('MISSED')
  },
)

test('what the figures are made of finds what it is to find', () => {
  const ledger = new MailLedger<string>()
  ledger.sent('one', 'ann', 10)
  ledger.sent('two', 'ann', 20)
  ledger.read('one', 'ann', 35)
  ledger.read('one', 'ann', 40)
  ledger.read('two', 'bob', 40)
  ledger.read('never sent', 'bob', 40)
  expect(ledger.take()).toEqual({ sent: 2, opened: 1, strayed: 3, delaysMs: [25] })
  const tap = new PlainTextTap('secret words')
  tap.sent('1.1.1.1', '2.2.2.2', { kind: 'data', bytes: Buffer.from('some secret words here') })
  tap.sent('1.1.1.1', '2.2.2.2', { kind: 'data', bytes: Buffer.from('something else') })
  expect([tap.found, tap.bytes]).toEqual([1, 36])
})

test('work at the same time is charged to each in part, and idle time to nobody', () => {
  const meter = new CpuMeter()
  const [one, other] = [meter.watch(), meter.watch()]
  const startMs = process.cpuUsage()
  spin(20)
  one.read()
  other.read()
  spin(20)
  one.read()
  other.read()
  const used = process.cpuUsage(startMs)
  expect(meter.isIdle).toBe(true)
  expect(one.usedMs).toBeGreaterThan(0)
  expect(one.usedMs + other.usedMs).toBeLessThan((used.user + used.system) / 1_000)
})

test('a piece that held a collection of garbage is charged with the longest that a try takes, and counted', () => {
  const meter = new CpuMeter()
  const { read } = meter.watch()
  const beganMs = read()
  spin(60)
  expect([read() - beganMs, meter.cut]).toEqual([25, 1])
})

/** Works for so long. */
function spin(ms: number): void {
  const { user } = process.cpuUsage()
  while (process.cpuUsage().user - user < ms * 1_000);
}
