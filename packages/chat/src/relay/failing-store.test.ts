/** A store that cannot write for a while: nothing of it reaches peers, what was lost may come again. Source: docs/chat.md, *Relay*. */
import { openStore } from '@dchat/store'
import { silentLogger } from '@dchat/system'
import { LocalNet } from '@dchat/net/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

test('posts that could not be stored are not passed on, and are taken when they come again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-chat-'))
  const net = new LocalNet()
  const path = join(folder, 'm.db')
  const store = openStore({ path, clock: net.clock, logger: silentLogger })
  {
    await using stage = await RelayStage.open({ store, net })
    const [from, other] = await stage.crowd(2)
    const posts = Array.from({ length: 20 }, (_, index) => stage.post(`${index}`))
    // Another program writes into the database for longer than the store waits.
    const another = new DatabaseSync(path)
    another.exec('BEGIN IMMEDIATE')
    from!.post(...posts)
    await stage.settle()
    await expect(stage.net.settle(stage.posts.publish({ room: 'dchat', kind: 0, body: 'own' }))).rejects.toMatchObject({
      code: 'STORE_IO',
    })
    expect(stage.posts.counts).toMatchObject({ stored: 0, failed: posts.length, duplicate: 0 })
    expect(other!.valuesOf(wire.post)).toEqual([])
    another.exec('ROLLBACK')
    another.close()

    from!.post(...posts)
    await stage.settle()
    expect(stage.posts.counts).toMatchObject({ stored: posts.length, duplicate: 0 })
    expect(other!.valuesOf(wire.post)).toHaveLength(posts.length)
    const own = await stage.net.settle(stage.posts.publish({ room: 'dchat', kind: 0, body: 'own' }))
    const { parents } = decodePost(own.post.bytes)
    expect([own.fate, parents.map((id) => stage.store.posts.holds(id))]).toEqual(['stored', parents.map(() => true)])
    expect(parents).toHaveLength(8)
    expect([from!.isClosed, other!.isClosed]).toEqual([false, false])
  }
  await net.settle(store.close())
  rmSync(folder, { recursive: true })
})
