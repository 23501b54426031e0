import { DatabaseSync } from 'node:sqlite'
import { SeededRandom, SystemClock, silentLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { openStore } from './open-store.ts'
import { allTexts, temporaryFolder } from './testing/builders.ts'
import { startChild } from './testing/child.ts'

const ROUNDS = 20

test('after kill -9 every acknowledged line is there, and none twice', async () => {
  using folder = temporaryFolder()
  const random = new SeededRandom(7)
  const path = folder.file('m.db')
  const acknowledged: string[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    await using child = startChild('append-forever.ts', path, `${round * 100_000}`)
    const count = 1 + random.int(100)
    for (let read = 0; read < count; read += 1) acknowledged.push((await child.nextLine())!)
    acknowledged.push(...(await child.kill()))
    await using store = openStore({ path, clock: new SystemClock(), logger: silentLogger })
    expect(store.opened).toMatchObject({ isNew: false, setAside: null })
    const texts = allTexts(store)
    expect(new Set(texts).size).toBe(texts.length)
    expect(store.stats().messages).toBe(texts.length)
    const stored = new Set(texts)
    expect(acknowledged.filter((text) => !stored.has(text))).toEqual([])
  }
  const db = new DatabaseSync(path, { readOnly: true })
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  db.close()
}, 60_000)
