/** How many of a node's slots an attacker gets who has many addresses and wants all of them. */
import { parseUrl } from '@dchat/serial'
import { SessionFlag } from '@dchat/net'
import { AnnouncesItself, AnswersWith, Besieges, FloodsAddresses, KeepsAlive, Simulation, filledSlots } from '@dchat/net/testing'
import type { Behaviour, SimulatedNode } from '@dchat/net/testing'
import { startSeeds } from './network-run.ts'

export interface EclipseRunOptions {
  /** Addresses of the attacker; a host at each. */
  readonly attackers: number
  /** Network groups (/16) these are in, evenly. */
  readonly groups: number
  readonly eclipseDefences: boolean
  readonly seed: number
  /** Honest nodes, each in a network group of its own. @default 200 */
  readonly honest?: number
  /** Inbound slots of every node. @default 8 */
  readonly inbound?: number
  /** How often the victim restarts. @default 3 */
  readonly restarts?: number
}

/** What the victim's slots hold. */
export interface Hold {
  readonly outbound: number
  readonly hostileOutbound: number
  readonly inbound: number
  readonly hostileInbound: number
}

export interface EclipseReport {
  /** Before the attacker comes. */
  readonly before: Hold
  /** After the siege, the victim having run all the time. */
  readonly besieged: Hold
  /** Some time after each restart under siege. */
  readonly restarted: readonly Hold[]
}

/** Time in which the honest nodes start, for their network to form, the siege, and from a restart to the count. Simulated. */
const START_WITHIN_MS = 60_000
const SETTLE_MS = 240_000
const SIEGE_MS = 900_000
const RESTART_MS = 300_000
const DOWN_MS = 10_000
/** Peers leave: without that a siege from outside changes nothing. */
const CHURN = { meanUpMs: 1_800_000, meanDownMs: 60_000, deathShare: 0.2 }
const FLOOD_EVERY_MS = 60_000
const BESIEGE_AGAIN_MS = 60_000
const ANNOUNCE_EVERY_MS = 600_000

export async function runEclipse(options: EclipseRunOptions): Promise<EclipseReport> {
  const { eclipseDefences, honest = 200, inbound = 8, restarts = 3 } = options
  await using simulation = new Simulation({ seed: options.seed })
  const seeds = await startSeeds(simulation)
  const settings = { seeds, eclipseDefences, inboundConnections: inbound }
  const nodes = Array.from({ length: honest + 1 }, () => simulation.add(settings))
  const victim = nodes[Math.floor(honest / 2)]!
  simulation.startAll(nodes, START_WITHIN_MS)
  await simulation.advance(SETTLE_MS)
  simulation.churn(
    nodes.filter((node) => node !== victim),
    CHURN,
  )

  const before = holdOf(victim, new Set())
  const hostile = addHostile(simulation, { ...options, victim, seeds })
  await simulation.advance(SIEGE_MS)
  const besieged = holdOf(victim, hostile)
  const restarted: Hold[] = []
  for (let count = 0; count < restarts; count += 1) {
    void victim.leave()
    await simulation.advance(DOWN_MS)
    victim.start()
    await simulation.advance(RESTART_MS)
    restarted.push(holdOf(victim, hostile))
  }
  return { before, besieged, restarted }
}

/** Addresses that no honest node has: 150.0.0.1 and on, in so many groups. */
export function hostileUrls(count: number, groups: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const inGroup = Math.floor(index / groups)
    return `tcp://150.${index % groups}.${inGroup >> 8}.${(inGroup & 255) + 1}:26661/`
  })
}

/** Hosts that tell only of each other, stay where they are, and want to be the victim's only peers. @returns their IPs */
function addHostile(
  simulation: Simulation,
  { attackers, groups, victim, seeds }: EclipseRunOptions & { victim: SimulatedNode; seeds: readonly string[] },
): ReadonlySet<string> {
  const urls = hostileUrls(attackers, groups)
  const behaviours: readonly Behaviour[] = [
    new KeepsAlive(),
    new AnswersWith(urls),
    new FloodsAddresses(urls, { everyMs: FLOOD_EVERY_MS, victim: victim.host }),
    new Besieges(victim.url, BESIEGE_AGAIN_MS),
    new AnnouncesItself(seeds, ANNOUNCE_EVERY_MS),
  ]
  for (const url of urls) simulation.addHostile(url, behaviours)
  return new Set(urls.map((url) => parseUrl(url).host!))
}

function holdOf(victim: SimulatedNode, hostile: ReadonlySet<string>): Hold {
  const peers = victim.p2p?.peers ?? []
  const count = (session: SessionFlag): number =>
    peers.filter(({ info }) => info.session === session && isHostile(info.url)).length
  const isHostile = (url: string): boolean => hostile.has(parseUrl(url).host!)
  return {
    outbound: filledSlots(victim),
    hostileOutbound: count(SessionFlag.Outbound),
    inbound: peers.filter(({ info }) => info.session === SessionFlag.Inbound).length,
    hostileInbound: count(SessionFlag.Inbound),
  }
}
