/** What an operator is told of a peer that was banned for what it sent. */
import type { MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { LocalNet } from './testing/local-net.ts'
import type { LocalNode } from './testing/local-net.ts'
import { rawFrame } from './testing/frames.ts'
import { dialRaw } from './testing/raw-peer.ts'
import type { Settings } from './settings.ts'

const LISTEN = 'tcp://20.0.0.1:1/'
const HOSTILE = rawFrame({ command: 'x\u001b[2J\t\n\u202e' })
const DETAIL = String.raw`command="x\u001b[2J\t\n\u202e"`

async function offended(net: LocalNet, settings: Partial<Settings> = {}): Promise<LocalNode> {
  const node = net.add({ inbound: [LISTEN], outboundConnections: 0, ...settings })
  await net.run(node)
  const peer = await net.settle(dialRaw(net.network.transport('30.0.0.1'), LISTEN, { clock: net.clock }))
  peer.greet()
  peer.send(HOSTILE)
  await net.clock.advance(1)
  expect(peer.isEnded).toBe(true)
  return node
}

const said = ({ records }: MemoryLogger, text: string) => records.filter(({ message }) => message === text)

test('the ban and the line of the log say what was wrong, and hold nothing that a peer could harm with', async () => {
  await using net = new LocalNet()
  const { p2p, logger } = await offended(net)
  const [ban] = p2p.hosts.bans.list()
  expect(ban).toMatchObject({ target: '30.0.0.1', count: 1, reason: 'NET_UNKNOWN_COMMAND', detail: DETAIL })
  expect(said(logger, 'Peer banned')).toEqual([
    {
      level: 'info',
      message: 'Peer banned',
      fields: {
        target: '30.0.0.1',
        until: new Date(ban!.untilSec * 1_000).toISOString(),
        count: 1,
        reason: 'NET_UNKNOWN_COMMAND',
        detail: DETAIL,
        url: expect.stringMatching(/^tcp:\/\/30\.0\.0\.1:\d+\/$/) as string,
        session: 'inbound',
      },
    },
  ])
})

test('so does the line about one who is never banned', async () => {
  await using net = new LocalNet()
  const { p2p, logger } = await offended(net, { neverBan: ['30.0.0.1'] })
  expect(p2p.hosts.bans.list()).toEqual([])
  expect(said(logger, 'Peer offended, and is of a kind that is not banned')).toMatchObject([
    { level: 'debug', fields: { reason: 'NET_UNKNOWN_COMMAND', detail: DETAIL, session: 'inbound' } },
  ])
})
