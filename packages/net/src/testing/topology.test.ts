import { expect, test } from 'vitest'
import { Simulation } from './simulation.ts'
import { filledSlots, graphFigures, peersOf } from './topology.ts'

/** Nodes whose only peers are those they are given: `links[i]` are the places of the manual peers of node i. */
async function graph(links: readonly (readonly number[])[]): Promise<Simulation> {
  const simulation = new Simulation()
  const urls = links.map((_, index) => `tcp://20.${index}.0.1:26661/`)
  for (const peers of links) simulation.add({ peers: peers.map((peer) => urls[peer]!), outboundConnections: 0 }).start()
  await simulation.advance(60_000)
  expect(simulation.nodes.map(({ url }) => url)).toEqual(urls)
  return simulation
}

test('a line and a pair', async () => {
  await using simulation = await graph([[1], [2], [3], [], [5], []])
  expect(graphFigures(simulation.nodes)).toEqual({ nodes: 6, edges: 4, components: 2, largestComponent: 4, diameter: 3 })
  expect(peersOf(simulation.nodes)[1]!.toSorted((a, b) => a - b)).toEqual([0, 2])
})

test('a ring with a chord, and a node that is down', async () => {
  await using simulation = await graph([[1, 3], [2], [3], [4], [5], [0]])
  expect(graphFigures(simulation.nodes)).toEqual({ nodes: 6, edges: 7, components: 1, largestComponent: 6, diameter: 3 })
  void simulation.nodes[0]!.leave()
  await simulation.advance(10_000)
  expect(graphFigures(simulation.nodes)).toEqual({ nodes: 5, edges: 4, components: 1, largestComponent: 5, diameter: 4 })
  expect(simulation.nodes.map(filledSlots)).toEqual([0, 0, 0, 0, 0, 0])
})

test('nobody', () => {
  expect(graphFigures([])).toEqual({ nodes: 0, edges: 0, components: 0, largestComponent: 0, diameter: 0 })
})
