import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { acquireLock } from './lock.ts'
import { temporaryFolder } from './testing/builders.ts'
import { startChild } from './testing/child.ts'

const locked = (pid: number): unknown => {
  const data: unknown = expect.objectContaining({ pid })
  return expect.objectContaining({ code: 'STORE_LOCKED', data })
}

test('a second taker is refused with the pid of the holder, until it is released', () => {
  using folder = temporaryFolder()
  const path = folder.file('lock.db')
  const first = acquireLock(path)
  expect(() => acquireLock(path)).toThrow(locked(process.pid))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  first.release()
  first.release()
  using second = acquireLock(path)
  expect(() => acquireLock(path)).toThrow(locked(process.pid))
  second.release()
})

test('the lock of another process names its pid and ends with kill -9', async () => {
  using folder = temporaryFolder()
  const path = folder.file('lock.db')
  await using holder = startChild('hold-lock.ts', path)
  expect(await holder.nextLine()).toBe('held')
  expect(() => acquireLock(path)).toThrow(locked(holder.pid))
  await holder.kill()
  acquireLock(path).release()
})

test('of many at once exactly one gets it, and the others name it', async () => {
  using folder = temporaryFolder()
  const path = folder.file('lock.db')
  const children = Array.from({ length: 6 }, () => startChild('hold-lock.ts', path))
  const said = await Promise.all(children.map(async (child) => child.nextLine()))
  const winner = children[said.indexOf('held')]
  const refusal = `STORE_LOCKED ${JSON.stringify({ path, pid: winner?.pid })}`
  expect(said.filter((text) => text !== 'held')).toEqual(Array.from({ length: children.length - 1 }, () => refusal))
  await Promise.all(children.map((child) => child.kill()))
})

test('what cannot be a lock is STORE_IO', () => {
  using folder = temporaryFolder()
  mkdirSync(folder.file('folder'))
  writeFileSync(folder.file('text'), 'not a database, but long enough to look at'.repeat(30))
  expect(() => acquireLock(folder.file('folder'))).toThrow(expect.objectContaining({ code: 'STORE_IO' }))
  expect(() => acquireLock(folder.file('text'))).toThrow(expect.objectContaining({ code: 'STORE_IO' }))
})
