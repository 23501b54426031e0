/** The judge, in a process of its own: peers as the reference has them, listening and dialling. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { loopbackHost, stringBytes } from '@dchat/e2e'
import type { Side } from '@dchat/e2e'
import { SeededRandom } from '@dchat/system'
import { ownTask, serveOrders } from '../child.ts'
import type { JudgeOrder, JudgeReport, JudgeTask } from './judge.ts'
import { JudgedPeer } from './judged-peer.ts'

/** How long a connection lasts after the version exchange, at most, while the judge hangs up. */
const LIFE_MS = 200
/** Offences that are told in words. */
const TOLD = 20

const { seed } = ownTask<JudgeTask>()
const random = new SeededRandom(seed)
const peers = new Set<JudgedPeer>()
const urls: string[] = []
const gone = { frames: 0, chatLines: 0 }
const report = { greeted: 0, ended: 0, bans: 0, closes: 0, whys: [] as string[] }
let isHangingUp = false

/** All listeners of the judge, as seen today. */
function addrs(): Buffer {
  const seenSec = Buffer.alloc(8)
  seenSec.writeBigUInt64LE(BigInt(Math.floor(Date.now() / 1000)))
  return Buffer.concat([Buffer.of(urls.length), ...urls.flatMap((url) => [stringBytes(url), seenSec])])
}

/** Resolves once the connection is gone. */
function judge(socket: Socket, side: Side): Promise<void> {
  return new Promise((resolve) => {
    const peer: JudgedPeer = new JudgedPeer({
      socket,
      side,
      addrs,
      onGreeted: () => {
        report.greeted += 1
        if (isHangingUp) setTimeout(() => peer.hangUp(), random.int(LIFE_MS))
      },
      onGone: (verdict) => {
        peers.delete(peer)
        gone.frames += peer.frames
        gone.chatLines += peer.chatLines
        report.ended += 1
        if (verdict !== undefined) {
          report[verdict.does === 'ban' ? 'bans' : 'closes'] += 1
          if (report.whys.length < TOLD) report.whys.push(`${side}: ${verdict.why}`)
        }
        resolve()
      },
    })
    peers.add(peer)
  })
}

async function listen(): Promise<void> {
  const host = loopbackHost()
  const server = createServer((socket) => void judge(socket, 'listener'))
  server.listen(0, host)
  await once(server, 'listening')
  urls.push(`tcp://${host}:${(server.address() as AddressInfo).port}/`)
}

/** Dials from an address that the node has not seen, and resolves once the connection is gone. */
async function dial(url: string): Promise<void> {
  const { hostname: host, port } = new URL(url)
  const socket = connect({ host, port: Number(port), localAddress: loopbackHost() })
  await judge(socket, 'dialer')
}

async function dialOften(url: string, times: number): Promise<void> {
  for (let left = times; left > 0; left -= 1) {
    await dial(url)
    await sleep(random.int(20))
  }
}

serveOrders<JudgeOrder, JudgeReport>(async (order) => {
  if (order.want === 'listen') for (let left = order.count; left > 0; left -= 1) await listen()
  if (order.want === 'hang up') isHangingUp = order.does
  if (order.want === 'dial') await Promise.all(Array.from({ length: order.lanes }, () => dialOften(order.url, order.times)))
  if (order.want === 'hold') void dial(order.url)
  const sum = (what: 'frames' | 'chatLines'): number => [...peers].reduce((total, peer) => total + peer[what], gone[what])
  return { ...report, open: peers.size, frames: sum('frames'), chatLines: sum('chatLines'), urls }
})
