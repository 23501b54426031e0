import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { nodeInfo, startFakeDaemon, temporaryHome } from '../testing/fake-daemon.ts'
import { jsonLines, run, start } from '../testing/run.ts'

const peers = { inbound: 0, outbound: 0, manual: 0, seed: 5, refine: 5, direct: 0 }

test('ends as soon as the daemon runs with enough peers', async () => {
  const one = { ...peers, manual: 1 }
  const states = [nodeInfo({ state: 'start', peers }), nodeInfo({ peers }), nodeInfo({ peers: one }), nodeInfo()]
  await using daemon = await startFakeDaemon({ 'node.get_info': () => states.shift() })
  expect(await run(['wait-ready', '--peers', '2'], daemon)).toEqual({ code: 0, stdout: 'ready, peers: 2\n', stderr: '' })
  expect(states).toEqual([])
})

test('waits for a daemon that starts later', async () => {
  const clock = new ManualClock()
  using temporary = temporaryHome()
  const { home } = temporary
  const running = start(['wait-ready', '--json'], { home, clock })
  await clock.advance(1000)
  await using _ = await startFakeDaemon({ 'node.get_info': () => nodeInfo() }, { home })
  await clock.advance(200)
  const { code, stdout } = await running.finished
  expect([code, jsonLines(stdout)]).toEqual([0, [nodeInfo()]])
})

test('ends with 3 after the time when there is none', async () => {
  const clock = new ManualClock()
  using empty = temporaryHome()
  const running = start(['wait-ready', '--timeout', '2'], { home: empty.home, clock })
  await clock.advance(2000)
  expect(await running.finished).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('no daemon is running') })
  expect(clock.pendingTimers).toBe(0)
})

test('ends with 1 after the time when it is not ready, and says what is missing', async () => {
  await using daemon = await startFakeDaemon({ 'node.get_info': () => nodeInfo({ state: 'start', peers }) })
  const done = await run(['wait-ready', '--timeout', '0', '--peers', '3'], daemon)
  expect(done.code).toBe(1)
  expect(done.stderr).toBe(
    'dchat-cli: the daemon was not ready in time: its state is "start" (it still asks its seeds), it has 0 of 3 peers\n',
  )
})

test('an address that is none is not waited for', async () => {
  expect(await run(['wait-ready', '--rpc', 'nowhere'])).toMatchObject({ code: 2, stdout: '' })
})

test('other errors are not waited for', async () => {
  await using daemon = await startFakeDaemon({})
  expect(await run(['wait-ready'], daemon)).toMatchObject({ code: 1, stderr: expect.stringContaining('method not found') })
})
