/** An operator asks who is banned and why, of a dchatd that peers have offended over real sockets. */
import { mkdirSync, readFileSync } from 'node:fs'
import { DaemonNode, RawPeer, frameBytes, loopbackHost, until } from '@dchat/e2e'
import type { Ending } from '@dchat/e2e'
import type { BanInfo } from '@dchat/rpc'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let node: DaemonNode
/** Who sent a command that there is none of, one with what terminals obey in its name, and a ping that is too long; and who sent no frame. */
const [unknown, hostile, oversized, garbage] = [loopbackHost(), loopbackHost(), loopbackHost(), loopbackHost()]
const nowSec = Math.floor(Date.now() / 1_000)

/** As versions before there were details wrote them: one that runs, and one that ended an hour ago. */
const OLDER = `203.0.113.7\t${nowSec + 7_200}\t2\tNET_METERING_EXCEEDED\n203.0.113.8\t${nowSec - 3_600}\t3\toperator\n`

beforeAll(async () => {
  node = new DaemonNode({ config: { net: ['outbound_connections = 0'] } })
  mkdirSync(node.home.paths.dataDir, { mode: 0o700 })
  node.home.write('data/bans.tsv', OLDER)
  await node.start()
  await node.reaches('run')
  await offend(unknown, frameBytes({ command: 'what', payload: Buffer.alloc(10) }))
  await offend(hostile, frameBytes({ command: '\u001b[2J\tx\n', payload: Buffer.alloc(0) }))
  await offend(oversized, frameBytes({ command: 'ping', payload: Buffer.alloc(300) }))
  await offend(garbage, Buffer.from('GET / HTTP/1.1\r\n\r\n'))
})

afterAll(() => node?.[Symbol.asyncDispose]())

/** Exchanges versions, and sends what ends the connection. */
async function offend(host: string, bytes: Buffer): Promise<void> {
  await using peer = await RawPeer.dial(await node.url(), host)
  await peer.greet('dialer')
  peer.write(bytes)
  await peer.closed()
}

const cli = (...args: string[]): Promise<Ending> => node.cli(args)

const byTarget = (one: BanInfo, other: BanInfo): number => (one.target < other.target ? -1 : 1)

/** The cells of each row but the head, by target. */
async function rows(): Promise<Map<string, string[]>> {
  const { code, stdout, stderr } = await cli('bans.list')
  expect([code, stderr]).toEqual([0, ''])
  const [head, ...lines] = stdout.trimEnd().split('\n')
  expect(head!.split(/ {2,}/)).toEqual(['target', 'until', 'count', 'reason', 'detail'])
  return new Map(lines.map((line) => line.split(/ {2,}/)).map(([target, ...cells]) => [target!, cells]))
}

describe('bans.list', () => {
  test('has not whom a fault that earns no ban was closed for: he may come again', async () => {
    expect([...(await rows()).keys()]).not.toContain(garbage)
    await using peer = await RawPeer.dial(await node.url(), garbage)
    await peer.greet('dialer')
  })

  test('says of whom, until when, what for, and what it was', async () => {
    const bans = await rows()
    const inAnHour = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(in (1 h|5\d min( \d+ s)?)\)$/) as string
    expect([...bans.keys()].toSorted()).toEqual([unknown, hostile, oversized, '203.0.113.7'].toSorted())
    expect(bans.get(unknown)).toEqual([inAnHour, '1', 'NET_UNKNOWN_COMMAND', 'command=what'])
    expect(bans.get(oversized)).toEqual([inAnHour, '1', 'NET_MESSAGE_TOO_LARGE', 'command=ping length=300 maxBytes=2'])
    expect(bans.get(hostile)).toEqual([inAnHour, '1', 'NET_UNKNOWN_COMMAND', String.raw`command="\u001b[2J\tx\n"`])
    expect(bans.get('203.0.113.7')).toEqual([
      expect.stringMatching(/ \(in (2 h|1 h( 5\d min)?)\)$/),
      '2',
      'NET_METERING_EXCEEDED',
    ])
  })

  test('--json has the time as it is', async () => {
    const { stdout } = await cli('bans.list', '--json')
    expect(JSON.parse(stdout)).toContainEqual({
      target: '203.0.113.7',
      until: nowSec + 7_200,
      count: 2,
      reason: 'NET_METERING_EXCEEDED',
      detail: '',
    })
  })

  test('says what the log says, and the same after a restart', async () => {
    const before = await node.client.call('bans.list', [])
    const logged = node.program.stderr.split('\n').filter((line) => line.includes('"Peer banned"'))
    expect(logged.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({ target: unknown, reason: 'NET_UNKNOWN_COMMAND', detail: 'command=what', session: 'inbound' }),
    )
    await node.kill('SIGTERM')
    expect(readFileSync(`${node.home.paths.dataDir}/bans.tsv`, 'utf8')).toMatch(
      new RegExp(`^${unknown}\\t\\d+\\t1\\tNET_UNKNOWN_COMMAND\\tcommand=what$`, 'm'),
    )
    await node.start()
    await node.reaches('run')
    const after = await node.client.call('bans.list', [])
    expect(after.toSorted(byTarget)).toEqual(before.toSorted(byTarget))
  })
})

test('a newcomer is led to it: by status, and by words that are no command', async () => {
  expect((await cli('status')).stdout).toMatch(/^bans +4; "dchat-cli bans\.list" says of whom and why$/m)
  const methods = 'the methods of bans are bans.list, bans.add and bans.remove'
  expect(await cli('bans')).toMatchObject({ code: 2, stderr: `dchat-cli: unknown command: bans; ${methods}\n` })
  expect(await cli('bans', 'list')).toMatchObject({
    code: 2,
    stderr: 'dchat-cli: unknown command: bans; did you mean bans.list?\n',
  })
})

test('bans.remove lets a peer in again, forgets the count of a ban that has ended, and says where there is none', async () => {
  expect(await cli('bans.remove', unknown)).toMatchObject({ code: 0, stdout: 'true\n' })
  await using peer = await RawPeer.dial(await node.url(), unknown)
  await peer.greet('dialer')
  expect(await cli('bans.remove', '203.0.113.8')).toMatchObject({ code: 0, stdout: 'true\n' })
  for (const target of [unknown, '203.0.113.8'])
    expect(await cli('bans.remove', target)).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: 'dchat-cli: the daemon answered: not found (-32004): nothing of this name is banned; bans.list lists what is\n',
    })
  await until('the file has neither', () => {
    const text = readFileSync(`${node.home.paths.dataDir}/bans.tsv`, 'utf8')
    return !text.includes(`${unknown}\t`) && !text.includes('203.0.113.8')
  })
})
