/** What harms terminals, sent by a peer to a real daemon: kept to the byte, and harmless wherever it is printed. */
import { DaemonNode, RawPeer, chatFrame, loopbackHost } from '@dchat/e2e'
import { findHarm, hostileTexts } from '@dchat/system/testing'
import { expect, test } from 'vitest'

/** A text of the wire has no half characters, and is not empty. */
const TEXTS = hostileTexts()
  .map(({ text }) => text)
  .filter((text) => text !== '' && text.isWellFormed())

test('each text is stored as it came, printed harmlessly by each command, and exact in JSON', async () => {
  const config = { chat: ['rate_limit = 0'], log: ['format = "text"'] }
  await using node = await DaemonNode.running({ args: ['-vvv'], config })
  await using peer = await RawPeer.dial(await node.url(), loopbackHost())
  await peer.greet('dialer')
  for (const text of TEXTS) peer.write(chatFrame(text))
  peer.write(chatFrame('the last of them'))
  await node.stores('the last of them')
  const stored = await node.history()
  expect(stored.map(({ text }) => text)).toEqual([...TEXTS, 'the last of them'])

  const cli = (...args: string[]) => node.cli(args)
  const json = await cli('tail', '-n', '1000', '--json')
  expect(
    json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(stored)
  const commands = ['tail -n 1000', 'recv', 'peers', 'status', 'export --format txt', 'export --format md', 'chat.rooms']
  const printed = await Promise.all(commands.map((command) => cli(...command.split(' '))))
  printed.push(await cli('chat.search', 'query=evil'), await cli('chat.history', 'limit=1000'), json)
  for (const { code, stdout, stderr } of printed) {
    expect(code).toBe(0)
    expect(findHarm(stdout + stderr)).toBeUndefined()
  }
  expect(printed[0]!.stdout.split('\n')).toHaveLength(stored.length + 1)
  expect(findHarm(node.program.stderr)).toBeUndefined()
})
