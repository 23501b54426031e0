import type { KeyValue } from '@dchat/config'
import { MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { LogConfig } from './log-section.ts'
import { reportChanges, withLogOf } from './report-changes.ts'

const LOG: LogConfig = {
  level: 'info',
  levels: {},
  file: undefined,
  namedBy: undefined,
  format: 'auto',
  rotation: { maxBytes: 1, maxFiles: 1 },
  verbosity: 0,
}

const read = (live: number, fixed: number): { values: KeyValue[] } => ({
  values: [
    { key: 'a.live', value: live, source: { kind: 'default' }, isLive: true, isSecret: false },
    { key: 'a.fixed', value: fixed, source: { kind: 'default' }, isLive: false, isSecret: false },
  ],
})

function report(started: { values: KeyValue[] }, before: { values: KeyValue[] }, after: { values: KeyValue[] }): unknown[] {
  const logger = new MemoryLogger()
  reportChanges(logger, { started, before, after })
  return logger.records.map(({ level, message, fields }) => [level, message, fields])
}

test('names what was taken over, and what waits for a restart for as long as it does', () => {
  expect(report(read(1, 1), read(1, 1), read(2, 2))).toEqual([
    ['warn', 'Needs a restart', { key: 'a.fixed' }],
    ['info', 'Configuration read again', { changed: ['a.live'] }],
  ])
  expect(report(read(1, 1), read(2, 2), read(2, 2))).toEqual([
    ['warn', 'Needs a restart', { key: 'a.fixed' }],
    ['info', 'Configuration read again', { changed: [] }],
  ])
  expect(report(read(1, 1), read(2, 2), read(2, 1))).toEqual([['info', 'Configuration read again', { changed: [] }]])
})

test('the log is configured around what is taken over, and put back when that fails', async () => {
  const said: unknown[] = []
  const logger = { configure: (options: object) => said.push(options) }
  const [before, after] = [LOG, { ...LOG, level: 'debug' as const }]
  await withLogOf(logger, { before, after: { ...before } }, () => Promise.resolve())
  expect(said).toEqual([])
  await withLogOf(logger, { before, after }, () => Promise.resolve())
  expect(said).toEqual([after])
  await expect(withLogOf(logger, { before, after }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(said).toEqual([after, after, before])
})
