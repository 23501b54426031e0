/** The honest neighbours of a node under attack, in a process of their own: how they fare is what is measured. */
import { setTimeout as sleep } from 'node:timers/promises'
import { RawPeer, connectSocket, recorded } from '@dchat/e2e'
import type { RpcClient } from '@dchat/rpc'
import { PINGER_HOSTS, newcomerHost } from './addresses.ts'
import { ownTask, serveOrders } from './child.ts'
import { openConnection } from './connection.ts'
import { emptySamples } from './honest-peers.ts'
import type { HonestOrder, HonestReport, HonestTask, Probe } from './honest-peers.ts'
import { askPings, pongs } from './pings.ts'

const LINE_EVERY_MS = 300
/** With so many rooms two friends stay below the 60 lines a minute that an author may say in one. */
const ROOMS = 6
const RPC_EVERY_MS = 10
const NEWCOMER_EVERY_MS = 400
/** After which a newcomer that was turned away tries again. */
const NEWCOMER_AGAIN_MS = 250
/** How many show that newcomers are let in. */
const MORE_NEWCOMERS = 3
/** What nobody honest has to wait for. */
const PATIENCE_MS = 30_000

const task = ownTask<HonestTask>()
let samples = emptySamples()
let faults: string[] = []
let said = 0
let isSettling = false
/** When it was said, by text. */
const underWay = new Map<string, number>()

function note(probe: Probe, beganMs: number): void {
  samples[probe].push(performance.now() - beganMs)
}

async function greeted(url: string, host: string): Promise<RawPeer> {
  const isTls = url.startsWith('tcp+tls')
  const peer = new RawPeer(await openConnection(url, { host, tls: isTls ? {} : undefined }))
  for (const command of ['version', 'verack']) peer.write(recorded('dialer', command))
  await peer.payload('version')
  await peer.payload('verack')
  return peer
}

/** Stays, answers pings and asks its own. */
async function pinger(host: string, url: string): Promise<void> {
  const peer = await greeted(url, host)
  void pongs(peer)
  void askPings(peer, (sentMs) => note('ping', sentMs)).catch((error: unknown) =>
    faults.push(`the peer at ${host}: ${String(error)}`),
  )
}

async function client(path: string): Promise<RpcClient> {
  const made = await connectSocket(path)
  if (made === undefined) throw new Error(`nobody answers at ${path}`)
  return made
}

async function askRpc(): Promise<void> {
  const rpc = await client(task.rpcSocket)
  for (;;) {
    const beganMs = performance.now()
    await rpc.call('ping', [])
    note('rpc', beganMs)
    await sleep(RPC_EVERY_MS)
  }
}

async function chat(): Promise<void> {
  const friends = await Promise.all(task.friendSockets.map(client))
  for (const friend of friends) {
    for (let room = 0; room < ROOMS; room += 1) await friend.call('chat.join', { room: `room${room}` })
    friend.onNotification((method, params) => {
      if (method === 'chat.message') heard((params as { message: { text: string; own: boolean } }).message)
    })
    await friend.call('chat.subscribe', {})
  }
  void talk(friends)
}

function heard({ text, own }: { text: string; own: boolean }): void {
  const beganMs = own ? undefined : underWay.get(text)
  if (beganMs === undefined) return
  underWay.delete(text)
  note('chat', beganMs)
}

async function talk(friends: readonly RpcClient[]): Promise<void> {
  while (!isSettling) {
    const text = `line ${said}`
    underWay.set(text, performance.now())
    await friends[said % 2]!.call('chat.send', { text, room: `room${Math.floor(said / 2) % ROOMS}` })
    said += 1
    await sleep(LINE_EVERY_MS)
  }
}

let newcomers = 0
let letIn = 0
let newcomerUnderWay: Promise<void> = Promise.resolve()

async function newcomersCome(): Promise<void> {
  while (!isSettling) {
    newcomerUnderWay = oneNewcomer()
    await newcomerUnderWay
    await sleep(NEWCOMER_EVERY_MS)
  }
}

/** Comes until it is let in, and goes. */
async function oneNewcomer(): Promise<void> {
  const host = newcomerHost(newcomers)
  const url = newcomers % 2 === 0 ? task.target.tcp : task.target.tls
  newcomers += 1
  const beganMs = performance.now()
  for (;;) {
    try {
      await using peer = await greeted(url, host)
      note('newcomer', beganMs)
      await peer.payload('ping') // it has a place
      letIn += 1
      return
    } catch (error) {
      if (performance.now() - beganMs > PATIENCE_MS) {
        faults.push(`a newcomer at ${host} was not let in: ${String(error)}`)
        return
      }
      await sleep(NEWCOMER_AGAIN_MS)
    }
  }
}

async function moreNewcomers(): Promise<void> {
  const wanted = letIn + MORE_NEWCOMERS
  while (letIn < wanted && faults.length === 0) await sleep(20)
}

async function settled(): Promise<void> {
  isSettling = true
  const endMs = performance.now() + PATIENCE_MS
  await newcomerUnderWay
  while (underWay.size > 0 && performance.now() < endMs) await sleep(20)
}

const ready = Promise.all([
  ...PINGER_HOSTS.map((host, index) => pinger(host, index === 0 ? task.target.tcp : task.target.tls)),
  chat(),
]).then(() => {
  void askRpc()
  void newcomersCome()
})

serveOrders<HonestOrder, HonestReport>(async ({ want }) => {
  await ready
  if (want === 'newcomers') await moreNewcomers()
  if (want === 'settle') await settled()
  const report = { samples, faults, said, missing: underWay.size }
  samples = emptySamples()
  faults = []
  return report
})
