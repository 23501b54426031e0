import { expect, test } from 'vitest'
import { hostileUrls, runEclipse } from './eclipse-run.ts'
import { runNetwork } from './network-run.ts'
import { duration, eclipseLine, networkLines, shortfallLines } from './report.ts'

test('a network fills its slots, the same way each time', async () => {
  const options = { nodes: 20, seed: 3, outbound: 3, inbound: 16, limitMs: 20 * 60_000 }
  const report = await runNetwork(options)
  expect(report).toMatchObject({ nodeShare: 1, slotShare: 1, graph: { nodes: 20, components: 1, largestComponent: 20 } })
  const { half, ninety, ninetyNine } = report.nodeTimes
  expect([half! <= ninety!, ninety! <= ninetyNine!, ninetyNine! <= report.tookMs]).toEqual([true, true, true])
  expect(report.waits.half).toBeLessThan(30_000)
  expect(report.freeInbound).toBe(20 * 16 - 20 * 3)
  expect(await runNetwork(options)).toEqual(report)
  expect(shortfallLines(report, options)).toEqual([])
  expect(networkLines(report, 20).join('\n')).toContain('1 component, the largest of 20 nodes')
})

test('a network with no more places than slots stays in one piece: doubles make way for those who come later', async () => {
  const report = await runNetwork({ nodes: 40, seed: 1, outbound: 4, inbound: 4, limitMs: 5 * 60_000 })
  expect(report.graph).toMatchObject({ components: 1, largestComponent: 40 })
  expect(report.slotShare).toBeGreaterThan(0.95)
})

test.each([
  [
    'too few places',
    { nodes: 6, outbound: 5, inbound: 1 },
    '6 of 6 lack peers; there are fewer inbound places than outbound slots.   No inbound place is free.',
  ],
  [
    'no places',
    { nodes: 4, outbound: 2, inbound: 0 },
    '4 of 4 lack peers; there are fewer inbound places than outbound slots.   No inbound place is free.',
  ],
  ['too few others', { nodes: 4, outbound: 4, inbound: 8 }, '4 of 4 lack peers; a node has more slots than there are others.   '],
  [
    'nodes that start late',
    { nodes: 6, outbound: 1, inbound: 8, arrivals: 2 },
    '1 of 6 lack peers; 1 had not started.   36 inbound places are free',
  ],
])('a network with %s says so', async (_, network, said) => {
  const report = await runNetwork({ ...network, seed: 1, limitMs: 120_000 })
  expect([report.nodeTimes.ninetyNine, report.tookMs]).toEqual([undefined, 120_000])
  expect(shortfallLines(report, network).join(' ')).toContain(said)
  expect(networkLines(report, network.nodes)[0]).toContain('never')
})

test('an attacker with many addresses in few groups gets two outbound slots a group, with the defences', async () => {
  const options = { attackers: 60, groups: 1, eclipseDefences: true, seed: 1, honest: 20, inbound: 32, restarts: 2 }
  const report = await runEclipse(options)
  for (const hold of [report.besieged, ...report.restarted]) {
    expect(hold.outbound).toBe(8)
    expect(hold.hostileOutbound).toBeLessThanOrEqual(2)
  }
  expect(report.besieged.hostileInbound).toBeGreaterThan(0)
  expect(eclipseLine('label', report)).toMatch(/^ {2}label {2}\d\/8/)
})

test('addresses of an attacker are all different and in so many groups', () => {
  const urls = hostileUrls(1_000, 4)
  expect(new Set(urls).size).toBe(1_000)
  expect(new Set(urls.map((url) => url.split('.', 2).join('.')))).toEqual(
    new Set(['tcp://150.0', 'tcp://150.1', 'tcp://150.2', 'tcp://150.3']),
  )
})

test('durations', () => {
  expect([0, 59_600, 61_000, 3_600_000, undefined].map(duration)).toEqual(['0:00', '1:00', '1:01', '60:00', 'never'])
})
