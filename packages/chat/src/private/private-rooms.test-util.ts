/** What tests of private rooms have in common. */
import type { ChatNode } from '../testing/chat-node.ts'

export const hexOf = ({ signer }: ChatNode): string => signer.key.toString('hex')
export const identities = (node: ChatNode, room: string): Set<string | null> =>
  new Set(node.rooms.members(room).map(({ identity }) => identity))
export const DAY = 86_400_000
