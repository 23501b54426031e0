/** Members of a private room far apart, on nodes that come and go and over partitions: in the end all of them see all that was said. Facts: docs/chat.md, *Encrypted kinds*. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeededRandom } from '@dchat/system'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChatNode } from '../testing/chat-node.ts'
import { ChatSimulation } from '../testing/chat-simulation.ts'
import { creepWhile } from '../testing/real-work.ts'
import { shownOf } from '../testing/room-stage.ts'
import { linesOf } from '../testing/stage.ts'

const MINUTE = 60_000
/** Some seconds of one core; a busy machine has less. */
const TIMEOUT_MS = 300_000
const NODES = 6
/** Those at the ends and in the middle of the line have the room. */
const MEMBERS = [0, 2, 5] as const
const STEPS = 25

interface Line {
  readonly chat: ChatSimulation
  readonly members: readonly ChatNode[]
}

/** Nodes in a line, so that each post of an end has to pass nodes that hold no keys. */
async function lineOf(seed: number, folder: string): Promise<Line> {
  const chat = new ChatSimulation({ seed, latency: { minMs: 1, maxMs: 400 } })
  for (let index = 0; index < NODES; index += 1) {
    const peers = index === 0 ? [] : [chat.nodes[index - 1]!.url]
    const isMember = MEMBERS.some((member) => member === index)
    chat.add({
      settings: { peers, outboundConnections: 0, inboundConnections: 16 },
      ...(isMember && { keysFolder: join(folder, `${seed}-${index}`) }),
    })
  }
  await chat.start(...chat.nodes)
  await chat.until(() => chat.nodes.every(({ node }) => node.p2p!.peerCount > 0))
  return { chat, members: MEMBERS.map((index) => chat.nodes[index]!) }
}

/** What may happen to the network, at random; some of it is said on the way. @returns what was said */
async function disturb({ chat, members }: Line, room: string, random: SeededRandom): Promise<string[]> {
  const said: string[] = []
  for (let step = 0; step < STEPS; step += 1) {
    const member = members[random.int(members.length)]!
    const event = random.int(8)
    if (event === 0) {
      const cut = 1 + random.int(NODES - 1)
      const away = new Set(chat.nodes.slice(cut).map(({ node }) => node.host))
      chat.simulation.conditions.partition((host) => (away.has(host) ? 1 : 0))
    } else if (event === 1) chat.simulation.conditions.partition(undefined)
    else if (event === 2) {
      await creepWhile(chat.clock, member.node.leave())
      await creepWhile(chat.clock, member.stopped)
      await chat.start(member)
    } else {
      const text = `said ${step}`
      await creepWhile(chat.clock, member.rooms.say({ room, kind: 'text', text }))
      said.push(text)
    }
    await chat.advance(random.int(20_000))
  }
  chat.simulation.conditions.partition(undefined)
  return said
}

test('whatever happens on the way, all members see all that was said, each vouched for', { timeout: TIMEOUT_MS }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-line-'))
  try {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 20 }), async (seed) => {
        const line = await lineOf(seed, folder)
        await using chat = line.chat
        const [first, ...others] = line.members as [ChatNode, ...ChatNode[]]
        const room = await creepWhile(chat.clock, first.rooms.create('garden'))
        for (const other of others) await creepWhile(chat.clock, other.rooms.accept(first.rooms.invitation(room)))
        const said = await disturb(line, room, new SeededRandom(seed))
        await chat.advance(60 * MINUTE)
        expect(linesOf(first, room).toSorted(byText)).toEqual(said.toSorted(byText))
        const wanted = shownOf(first, room)
        expect(wanted.filter((shown) => shown.includes('unverified'))).toEqual([])
        for (const member of others) expect(shownOf(member, room)).toEqual(wanted)
        expect(chat.bans).toBe(0)
      }),
      { numRuns: 6 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}
