import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { MemoryLogger, SystemClock } from '@dchat/system'
import { expect, test } from 'vitest'
import type { MessageStore } from './message-store.ts'
import { openStore } from './open-store.ts'
import { line, ownLine, temporaryFolder } from './testing/builders.ts'

/** A file system of 5 MiB at `path`; undefined where this process may not make one. */
function smallDisk(path: string): Disposable | undefined {
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  return { [Symbol.dispose]: () => execFileSync('umount', [path]) }
}

test('a real disk that fills up costs only what did not fit, and nothing once there is room', async (context) => {
  using folder = temporaryFolder()
  using disk = smallDisk(folder.file('disk'))
  if (disk === undefined) context.skip("needs the right to mount a file system; SQLite's page limit stands in for it elsewhere")
  const ballast = folder.file('disk/ballast')
  const options = { path: folder.file('disk/data/m.db'), clock: new SystemClock(), logger: new MemoryLogger() }
  const store = openStore(options)
  await store.append(line('first'))
  writeFileSync(ballast, Buffer.alloc(1_000_000))
  const long = 'x'.repeat(60_000)
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => store.append(ownLine(long)).then(() => 'stored', codeOf)))
  expect(new Set(outcomes).has('STORE_FULL')).toBe(true)
  expect(outcomes.filter((outcome) => outcome !== 'stored' && outcome !== 'STORE_FULL')).toEqual([])
  const stored = 1 + outcomes.filter((outcome) => outcome === 'stored').length
  expect(store.history({ since: 0, limit: 1000, maxBytes: 1e9 }).messages).toHaveLength(stored)
  const { commitMs, failedCommits, lostLines, queuedLines } = store.counts
  expect([lostLines, queuedLines]).toEqual([outcomes.filter((outcome) => outcome === 'STORE_FULL').length, 0])
  expect(failedCommits).toBeGreaterThan(0)
  expect(commitMs.count).toBeGreaterThan(0)
  expect(commitMs.sumMs).toBeGreaterThan(0)
  rmSync(ballast)
  await store.append(ownLine('room again'))
  await store.close()
  await using after = openStore(options)
  expect(after.opened.setAside).toBeNull()
  expect(after.stats().messages).toBe(stored + 1)
  await expectNoBackup(after, folder.file('disk'))
})

/** Fills the disk to its end: there is no room for a copy. */
async function expectNoBackup(store: MessageStore, disk: string): Promise<void> {
  expect(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(5 * 2 ** 20))).toThrow('ENOSPC')
  const before = readdirSync(disk)
  await expect(store.backup(join(disk, 'copy.db'))).rejects.toMatchObject({ code: 'STORE_FULL' })
  expect(readdirSync(disk)).toEqual(before)
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}
