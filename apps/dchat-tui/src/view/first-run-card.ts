/** What is said to somebody who sees the program for the first time: how to meet others, where they find him, how to leave. Pure. */
import type { ChatState } from '../state/model.ts'

/** The card as three lines, without the frame it is drawn in. */
export function cardLines({ node, link }: Pick<ChatState, 'node' | 'link'>): readonly string[] {
  return [
    'Meet others: /connect ADDRESS joins a peer of theirs, /create and /invite make a room of your own, /help tells the rest',
    listenLine(link.at === 'ready' ? node : null),
    'Leave with /quit or Ctrl+C twice: the daemon keeps running, and with it what is said meanwhile',
  ]
}

function listenLine(node: ChatState['node']): string {
  if (node === null) return 'Where others reach you is told once the daemon is reached'
  const told = node.external_addrs.length > 0 ? node.external_addrs : node.listen
  if (told.length === 0) return 'You listen nowhere: others cannot call you, but you can call them'
  const where = told.slice(0, 2).join(', ')
  const isOwnOnly = node.external_addrs.length === 0
  return `You listen at ${where}${isOwnOnly ? ': give others that address, with the name of this machine' : ': give others that address'}`
}
