/** What nodes speak beside the core messages, and how they tell each other. Wire: docs/wire.md, *Core messages*, `version`. */

/**
 * Something that a node speaks: its name, and the version of it that the node knows, 0 to 4,294,967,295. A node that lists it in `features` of its
 * settings tells every peer in its version message, but for seed and refine channels, on which nothing is announced.
 */
export type Feature = readonly [name: string, version: number]

/**
 * Whether a node has announced `feature`, in that version or a later one. Asked of `channel.peerVersion`: whether the peer may be sent what belongs to
 * it. Asked of `p2p.settings`: whether this node announces it.
 *
 * A peer is asked after the version exchange: in `start` of a protocol or later, never where the protocol is made.
 * @param node - who has announced it
 * @param feature - name, and the least version
 * @throws TypeError when `node` is undefined, as `channel.peerVersion` is before the version exchange
 */
export function hasFeature(node: { readonly features: readonly Feature[] } | undefined, feature: Feature): boolean {
  if (node === undefined) throw new TypeError('a peer has told its features after the version exchange: ask in start()')
  return node.features.some(([name, version]) => name === feature[0] && version >= feature[1])
}
