import parsePrometheusTextFormat from 'parse-prometheus-text-format'
import { DurationCounts } from '@dchat/system'
import { P2p } from '@dchat/net'
import { expect, test } from 'vitest'
import { readExposition } from '@dchat/e2e'
import type { Family } from '@dchat/e2e'
import { Metrics } from './metrics.ts'
import type { Metric } from './metric.ts'
import { netMetrics } from './net-metrics.ts'
import { processMetrics } from './process-metrics.ts'
import { rpcMetrics } from './rpc-metrics.ts'

async function read(table: readonly Metric[]): Promise<Map<string, Family>> {
  const text = await new Metrics(table).text()
  const families = readExposition(text)
  // Another reader of the format finds the same.
  const others = parsePrometheusTextFormat(text)
  expect(others.map(({ name, type }) => [name, type.toLowerCase()])).toEqual(families.map(({ name, type }) => [name, type]))
  return new Map(families.map((family) => [family.name, family]))
}

test('a value is read anew for each page; counters are set, not added up', async () => {
  let value = 3
  const metrics = new Metrics([
    { name: 'dchat_a_total', type: 'counter', help: 'A.', read: () => value },
    { name: 'dchat_b', type: 'gauge', help: 'B.', labels: ['x'], read: () => (value > 3 ? [] : [{ labels: { x: 'y' }, value }]) },
  ])
  const page = (a: number, b: string): string =>
    `# HELP dchat_a_total A.\n# TYPE dchat_a_total counter\ndchat_a_total ${a}\n\n# HELP dchat_b B.\n# TYPE dchat_b gauge\n${b}`
  expect(await metrics.text()).toBe(page(3, 'dchat_b{x="y"} 3\n'))
  value = 5
  expect(await metrics.text()).toBe(page(5, ''))
})

test('a histogram has its buckets added up, in seconds', async () => {
  const durations = new DurationCounts([1, 1000])
  for (const ms of [0.5, 1, 500, 5000]) durations.add(ms)
  const families = await read([{ name: 'dchat_c_seconds', type: 'histogram', help: 'C.', read: () => durations }])
  expect(
    families.get('dchat_c_seconds')!.samples.map(({ name, labels, value }) => [name.slice(15), labels['le'], value]),
  ).toEqual([
    ['_bucket', '0.001', 2],
    ['_bucket', '1', 3],
    ['_bucket', '+Inf', 4],
    ['_sum', undefined, 5.5015],
    ['_count', undefined, 4],
  ])
})

test('a process says what it is and uses', async () => {
  const log = { lineCounts: { error: 1, warn: 2, info: 3, debug: 4, trace: 5 }, lostLines: 6 }
  const table = processMetrics({ build: { version: '1.2.3', commit: 'abc' }, log })
  const families = await read(table)
  const valueOf = (name: string, label?: string): number | undefined =>
    families.get(name)!.samples.find(({ labels }) => label === undefined || Object.values(labels).includes(label))?.value
  expect(families.get('dchat_build_info')!.samples).toEqual([
    { name: 'dchat_build_info', labels: { version: '1.2.3', commit: 'abc', node: process.version }, value: 1 },
  ])
  expect([valueOf('dchat_log_lines_total', 'warn'), valueOf('dchat_log_lost_lines_total')]).toEqual([2, 6])
  expect(valueOf('dchat_process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(valueOf('dchat_process_heap_bytes', 'used')).toBeLessThanOrEqual(valueOf('dchat_process_heap_bytes', 'total')!)
  expect(valueOf('dchat_process_open_fds')).toBeGreaterThan(2)
  expect(valueOf('dchat_event_loop_busy_seconds_total')).toBeGreaterThan(0)
})

test('timers that run are among the resources', async () => {
  const table = processMetrics({
    build: {},
    log: { lineCounts: { error: 0, warn: 0, info: 0, debug: 0, trace: 0 }, lostLines: 0 },
  })
  const timers = async (): Promise<number> =>
    (await read(table)).get('dchat_process_resources')!.samples.find(({ labels }) => labels['kind'] === 'Timeout')!.value
  const before = await timers()
  const own = Array.from({ length: 1_000 }, () => setTimeout(() => {}, 60_000))
  expect(await timers()).toBeGreaterThan(before + 900)
  for (const timer of own) clearTimeout(timer)
  expect(await timers()).toBeLessThan(before + 100)
})

test('the delay of the event loop is measured from the first page on', async () => {
  const metrics = new Metrics(
    processMetrics({ build: {}, log: { lineCounts: { error: 0, warn: 0, info: 0, debug: 0, trace: 0 }, lostLines: 0 } }),
  )
  const delays = async (): Promise<readonly unknown[]> =>
    readExposition(await metrics.text()).find(({ name }) => name === 'dchat_event_loop_delay_seconds')!.samples
  expect(await delays()).toEqual([])
  await expect.poll(delays).toEqual(
    ['mean', 'p99', 'p999', 'max'].map((stat) => ({
      name: 'dchat_event_loop_delay_seconds',
      labels: { stat },
      value: expect.toSatisfy((value: number) => value >= 0 && value < 60) as number,
    })),
  )
})

test('nodes of one process are told apart by their labels', async () => {
  const p2p = P2p.create({})
  p2p.dnet.counts.sent.of('ping').messages = 2
  p2p.dnet.counts.sent.of('ping').bytes = 28
  p2p.hosts.registry.move('tcp://192.0.2.1:1/', 'refine')
  const nodes = ['one', 'two'].map((network) => ({ p2p: network === 'one' ? p2p : P2p.create({}), labels: { network } }))
  const families = await read(netMetrics(nodes))
  expect(families.get('dchat_messages_total')!.samples).toEqual(
    [
      { network: 'one', direction: 'in', command: 'other' },
      { network: 'one', direction: 'out', command: 'ping' },
      { network: 'one', direction: 'out', command: 'other' },
      { network: 'two', direction: 'in', command: 'other' },
      { network: 'two', direction: 'out', command: 'other' },
    ].map((labels) => ({ name: 'dchat_messages_total', labels, value: labels.command === 'ping' ? 2 : 0 })),
  )
  expect(
    families
      .get('dchat_node_state')!
      .samples.filter(({ value }) => value === 1)
      .map(({ labels }) => labels),
  ).toEqual([
    { network: 'one', state: 'open' },
    { network: 'two', state: 'open' },
  ])
  expect(families.get('dchat_channels')!.samples).toHaveLength(12)
  expect(
    families
      .get('dchat_host_registry')!
      .samples.filter(({ value }) => value === 1)
      .map(({ labels }) => labels),
  ).toEqual([{ network: 'one', state: 'refine' }])
})

test('requests are told by method and outcome', async () => {
  const families = await read(
    rpcMetrics({
      requests: () => [{ method: 'ping', ok: 3, failed: 1 }],
      durations: new DurationCounts(),
      connections: () => ({ line: 2 }),
      opened: { line: 5 },
      refused: { credentials: 1 },
    }),
  )
  expect(families.get('dchat_rpc_requests_total')!.samples.map(({ labels, value }) => [labels, value])).toEqual([
    [{ method: 'ping', outcome: 'ok' }, 3],
    [{ method: 'ping', outcome: 'error' }, 1],
  ])
})
