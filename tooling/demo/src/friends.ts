/** The two friends of the demo: each line of yours is answered by one of them, over the network. */
import type { Message, RpcClient } from '@dchat/rpc'
import type { DemoNode } from './network.ts'

/** What they say, in turns. */
const ANSWERS = [
  'hello! your line came straight to me, no server in between',
  'same here. I found you through the seed, and I have not needed it since',
  'try /peers to see us, /nick to change your name, /me waves to wave',
  'everything said here is stored on each of our nodes: a restart loses nothing',
  '/help lists the rest. /quit leaves; your lines stay',
]

/** Calls `hear` for each message the node stores from now on. */
async function follow({ client }: DemoNode, hear: (message: Message) => void): Promise<void> {
  client.onNotification((method, params) => {
    if (method === 'chat.message') hear((params as { message: Message }).message)
  })
  await client.call('chat.subscribe', {})
}

/** Resolves once `text` has arrived at the node from another. @throws {Error} after `timeoutMs` */
export async function arrival(client: RpcClient, text: string, timeoutMs = 10_000): Promise<void> {
  const endMs = performance.now() + timeoutMs
  let since = 0
  for (;;) {
    const page = await client.call('chat.history', {
      since,
      limit: 100,
      wait_ms: Math.max(0, Math.min(1_000, Math.floor(endMs - performance.now()))),
    })
    if (page.messages.some((message) => !message.own && message.text.includes(text))) return
    if (performance.now() >= endMs) throw new Error(`a line did not arrive: ${text}`)
    since = page.messages.at(-1)?.seq ?? since
  }
}

/** All lines, once the node knows how each author calls himself: that comes as a post of its own. @throws {Error} after `timeoutMs` */
export async function namedLines(client: RpcClient, timeoutMs = 10_000): Promise<Message[]> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const { messages, last_seq } = await client.call('chat.history', { limit: 100 })
    if (messages.every(({ author }) => author.nick !== null)) return messages
    if (performance.now() >= endMs) throw new Error('the nick of an author did not arrive')
    await client.call('chat.history', { since: last_seq, wait_ms: 100 })
  }
}

/**
 * Lets friends answer what `you` say, one answer a line, after it has arrived, in the room it was said in. What only members of a
 * room can read they do not have, and leave unanswered.
 */
export async function answerLines(
  you: DemoNode,
  friends: readonly DemoNode[],
  onFailure: (error: unknown) => void,
): Promise<void> {
  let turn = 0
  await follow(you, ({ own, text, room, encrypted }) => {
    if (!own || encrypted !== null) return
    const answer = ANSWERS[turn % ANSWERS.length]!
    const friend = friends[turn % friends.length]!
    turn += 1
    reply(friend, { room, text, answer }).catch(onFailure)
  })
}

async function reply(
  { client }: DemoNode,
  { room, text, answer }: { room: string; text: string; answer: string },
): Promise<void> {
  await client.call('chat.join', { room })
  await arrival(client, text)
  await client.call('chat.send', { text: answer, room })
}
