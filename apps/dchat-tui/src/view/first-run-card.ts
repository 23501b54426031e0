/** What is said to somebody who sees the program for the first time: how to meet others, where they find him, how to leave. Pure. */
import type { ChatState } from '../state/model.ts'

const OWN_MACHINE = /:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|\/|$)/u
const ANY_ADDRESS = /:\/\/(?:0\.0\.0\.0|\[::\])(?::|\/|$)/u

/** The card as three lines, without the frame it is drawn in. */
export function cardLines({ node, link }: Pick<ChatState, 'node' | 'link'>): readonly string[] {
  return [
    'Meet others: /connect ADDRESS calls them, /create and /invite make a room of your own; /help',
    listenLine(link.at === 'ready' ? node : null),
    'Leave with /quit or Ctrl+C twice: the daemon keeps running, and with it what is said meanwhile',
  ]
}

function listenLine(node: ChatState['node']): string {
  if (node === null) return 'Where others reach you is told once the daemon is reached'
  const told = node.external_addrs.length > 0 ? node.external_addrs : node.listen
  if (told.length === 0) return 'You listen nowhere: others cannot call you, but you can call them'
  const where = told.slice(0, 2).join(', ')
  const own = told.every((url) => OWN_MACHINE.test(url))
  const any = told.some((url) => ANY_ADDRESS.test(url))
  if (own) return `You listen at ${where}: only programs of this machine reach that`
  return `You listen at ${where}: give others that address${any ? ', with the name of this machine in it' : ''}`
}
