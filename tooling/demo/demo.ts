/**
 * `pnpm demo`: a seed and three nodes on this machine. On a terminal it opens the chat on the first, the others answer;
 * without one it prints the conversation they had and ends with 0, or with 1 when a line did not arrive.
 */
import { constants } from 'node:os'
import { DemoNetwork } from './src/network.ts'
import type { DemoNode } from './src/network.ts'
import { answerLines, arrival, namedLines } from './src/friends.ts'
import { runScreen } from './src/programs.ts'

const isTerminal = process.stdin.isTTY && process.stdout.isTTY
const NICKS = ['you', 'bob', 'carol']
const LINES = [
  { by: 0, text: 'hello, is anybody there?' },
  { by: 1, text: 'hello! your line came straight to me, no server in between' },
  { by: 2, text: 'same here. I found you both through the seed' },
  { by: 0, text: 'and it stays on each of our nodes. 日本 👋' },
]

/** Has the conversation and prints it as the first node has stored it. @throws {Error} when a line does not arrive */
async function converse(nodes: readonly DemoNode[]): Promise<void> {
  for (const { by, text } of LINES) {
    await nodes[by]!.client.call('chat.send', { text })
    await Promise.all(nodes.filter((_, index) => index !== by).map(({ client }) => arrival(client, text)))
  }
  for (const { client, nick } of nodes) {
    const { messages } = await client.call('chat.history', { limit: 100 })
    if (messages.length !== LINES.length) throw new Error(`${nick} has ${messages.length} lines instead of ${LINES.length}`)
  }
  for (const { author, text } of await namedLines(nodes[0]!.client)) console.log(`<${author.nick}> ${text}`)
}

/** The nodes go with this program: a terminal that is closed tells only who listens to its signal, and to a daemon it means something else. */
async function endWith(network: DemoNetwork, signal: NodeJS.Signals): Promise<void> {
  await network[Symbol.asyncDispose]()
  process.exit(128 + constants.signals[signal])
}

async function main(): Promise<number> {
  await using network = new DemoNetwork()
  let ending: Promise<void> | undefined
  // One that comes twice, from the terminal and from who closed it, must not cut the end short.
  const end = (signal: NodeJS.Signals): void => void (ending ??= endWith(network, signal))
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, end)
  await network.start(NICKS, (line) => console.log(line))
  const [you, ...friends] = network.nodes as [DemoNode, ...DemoNode[]]
  if (!isTerminal) {
    await converse(network.nodes)
    return 0
  }
  process.off('SIGINT', end) // the keys are the screen's from here on
  const failures: unknown[] = []
  await answerLines(you, friends, (error) => failures.push(error))
  await friends[0]!.client.call('chat.send', { text: 'welcome! say something, we will answer' })
  // Awaited here: the network goes when this function returns.
  const code = await runScreen(['--home', you.home], 'The demo stops its nodes and removes what they stored.')
  // Not before: the screen has the terminal.
  for (const failure of failures) console.error(failure instanceof Error ? failure.message : failure)
  return code
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
