import { expect, test } from 'vitest'
import { nodeInfo, startFakeDaemon } from '../testing/fake-daemon.ts'
import { jsonLines, run } from '../testing/run.ts'
import { formatDuration } from '../format.ts'

const nobody = { inbound: 0, outbound: 0, manual: 0, seed: 1, refine: 0, direct: 0 }

test('shows what people ask about, and with --json all as it is', async () => {
  const node = nodeInfo({ nick: 'ann\x1b[1m' })
  await using daemon = await startFakeDaemon({ 'node.get_info': () => node })
  const { stdout } = await run(['status'], daemon)
  expect(stdout).toMatch(/^state +run$[^]*^up +1 min 1 s$[^]*^nick +ann␛$[^]*^peers +1 inbound, 1 outbound$/m)
  expect(stdout).toMatch(/^store +12 messages, the last is 12; 1\.0 MiB on disk$/m)
  expect(stdout).not.toContain('No peer')
  expect(jsonLines((await run(['status', '--json'], daemon)).stdout)).toEqual([node])
})

test('says what the daemon warns of', async () => {
  const warnings = [{ kind: 'clock_off' as const, text: 'The clock is\x1b[m wrong.', hint: 'Set it.' }]
  await using daemon = await startFakeDaemon({ 'node.get_info': () => nodeInfo({ warnings }) })
  expect((await run(['status'], daemon)).stdout).toMatch(/\n\nWarning: The clock is␛ wrong\. Set it\.\n$/)
})

const sync = { state: 'paging', room: 'cats', received: 30, expected: 120, peers: 2 } as const
test.each([
  [{ ...sync, state: 'idle', room: null, received: 0, expected: null }, 'up to date'],
  [{ ...sync, state: 'idle', room: null, received: 0, expected: null, peers: 0 }, 'not compared with a peer yet'],
  [sync, 'fetching cats: 30 of 120 (25 %) posts'],
  [{ ...sync, state: 'reconciling', room: '', expected: null }, 'comparing profiles: 30 posts'],
] as const)('shows how far history was fetched: %j', async (progress, said) => {
  await using daemon = await startFakeDaemon({ 'node.get_info': () => nodeInfo({ sync: progress, nick: 'ann', tag: 'x7' }) })
  const { stdout } = await run(['status'], daemon)
  expect(stdout).toContain(said)
  expect(stdout).toMatch(/^nick +ann#x7$/m)
})

const failing = { kind: 'seeds_failed', text: 'The seed\x1b[m failed: no answer.', hint: 'Look at `seeds`.' } as const
test.each([
  ['that is known', failing, /^No peer is connected\. The seed␛ failed: no answer\.\n\nLook at "seeds"\.\n$/m],
  ['while it starts', { ...failing, kind: 'starting' }, /wait-ready --peers 1/],
])('says why no peer is connected: %s', async (_, problem, said) => {
  await using daemon = await startFakeDaemon({
    'node.get_info': () => nodeInfo({ peers: nobody }),
    'net.status': () => ({ problem }),
  })
  expect((await run(['status'], daemon)).stdout).toMatch(said)
})

test('says that no peer is connected where the daemon does not know why', async () => {
  await using daemon = await startFakeDaemon({ 'node.get_info': () => nodeInfo({ peers: nobody }) })
  expect((await run(['status'], daemon)).stdout).toMatch(/^No peer is connected\. This dchatd does not tell why/m)
})

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [3_661, '1 h 1 min'],
  [86_400 * 3 + 59, '3 d'],
  [90_000, '1 d 1 h'],
])('%d s is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})
