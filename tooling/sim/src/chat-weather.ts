/** A network with posts in bad weather: nodes that come and go, dials that are lost, links that break. Or without. */
import { ChatSimulation } from '@dchat/chat/testing'
import type { ChatNodeOptions, ChatSimulationOptions } from '@dchat/chat/testing'
import type { NetworkTap } from '@dchat/net/testing'
import { SEEDS, SEED_REFINERY_MS } from './network-run.ts'

/** One node in ten is down at any time; a third of those that leave tell nobody. */
export const CHURN = { meanUpMs: 9 * 60_000, meanDownMs: 60_000, deathShare: 0.3 }
/** One dial in a hundred hears nothing; each minute one link in a hundred breaks, half of them silently. */
const FAULTS = { dialLoss: 0.01, breaksPerHour: 0.6 }
/** Nodes that start in a minute. */
export const ARRIVALS_POSTS = 500
const SETTLE_MS = 60_000

export interface ChatNetwork extends AsyncDisposable {
  readonly chat: ChatSimulation
}

export interface ChatNetworkOptions {
  readonly nodes: number
  readonly seed: number
  readonly arrivals: number
  readonly node?: ChatNodeOptions
}

/** Nodes with default settings that have started and had a minute for their peers; no churn yet. The caller stops it. */
export function startChatNetwork(options: ChatNetworkOptions): Promise<ChatNetwork> {
  return start(options, FAULTS)
}

/** The same where no dial is lost and no link breaks. */
export function startCalmNetwork(
  options: Pick<ChatNetworkOptions, 'nodes' | 'seed' | 'node'> & { readonly tap?: NetworkTap },
): Promise<ChatNetwork> {
  const { tap, ...network } = options
  return start({ ...network, arrivals: ARRIVALS_POSTS }, tap === undefined ? {} : { tap })
}

async function start(options: ChatNetworkOptions, simulation: ChatSimulationOptions): Promise<ChatNetwork> {
  const chat = new ChatSimulation({ seed: options.seed, ...simulation })
  const seeds = Array.from({ length: SEEDS }, () => chat.simulation.addSeed({ greylistRefineryIntervalMs: SEED_REFINERY_MS }))
  for (const seed of seeds) seed.start()
  await chat.advance(1_000)
  const settings = { seeds: seeds.map(({ url }) => url), ...options.node?.settings }
  for (let index = 0; index < options.nodes; index += 1) chat.add({ ...options.node, settings })
  const withinMs = (options.nodes * 60_000) / options.arrivals
  chat.simulation.startAll(
    chat.nodes.map(({ node }) => node),
    withinMs,
  )
  await chat.advance(withinMs + SETTLE_MS)
  return { chat, [Symbol.asyncDispose]: () => chat.stop() }
}
