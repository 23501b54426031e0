/** Which links have lines that the daemon may still have to read. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { RpcClient } from '@dchat/rpc'
import { ManualClock } from '@dchat/system'
import { expect, it } from 'vitest'
import { OwnSends } from './own-sends.ts'

it('a link has unanswered lines while one is without an answer, whatever the answer to another was', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(mkdtempSync(join(tmpdir(), 'dchat-sends-')), (path) =>
    rmSync(path, { recursive: true, force: true }),
  )
  const path = join(folder, 'daemon.sock')
  // What it is asked first has an answer that is none; of the rest it says nothing.
  const server = createServer((socket) => {
    createInterface({ input: socket }).once('line', (line: string) => {
      const { id } = JSON.parse(line) as { id: number }
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: null })}\n`)
    })
  }).listen(path)
  stack.defer(() => void server.close())
  await once(server, 'listening')
  const client = await RpcClient.connect({ kind: 'unix', path })
  const sends = new OwnSends({ clock: new ManualClock(), dispatch: () => {}, onTimeout: () => {} })
  const line = { room: 'dchat', text: 'hello', kind: 'text' } as const
  const [first, second] = [sends.send(client, line, 0), sends.send(client, line, 0)]
  expect(await first).toBe('failed')
  expect(sends.hasUnanswered(client)).toBe(true)
  await client.close()
  expect(await second).toBe('unsure')
  sends.forget(client)
  expect(sends.hasUnanswered(client)).toBe(false)
})
