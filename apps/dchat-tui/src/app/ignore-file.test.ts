import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { patternIgnore } from '../commands/line-pattern.ts'
import { OwnFile } from '../settings/own-file.ts'
import { isIgnored } from '../state/ignores.ts'
import type { Ignore } from '../state/ignores.ts'
import { Store } from '../state/store.ts'
import { NOON, aMessage, aState } from '../testing/builders.ts'
import { ANN, BOB } from '../testing/people.ts'
import { IgnoreFile } from './ignore-file.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function aFile(): { path: string; own: OwnFile } {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-tui-'))
  folders.push(folder)
  const path = join(folder, 'own.json')
  return { path, own: new OwnFile(path) }
}

async function started(own: OwnFile) {
  const store = new Store(aState({ nowMs: NOON }))
  const failures: string[] = []
  const file = new IgnoreFile({ store, own, onFailure: (reason) => failures.push(reason) })
  await file.start()
  return { store, file, failures }
}

const key = (fields: { key: string; isKeptByDaemon: boolean; until: number | null }): Ignore => ({
  by: 'key',
  name: 'x',
  ...fields,
})

describe('IgnoreFile', () => {
  it('keeps what this client ignores over a restart, until it ends', async () => {
    const { own } = aFile()
    own.update((data) => ({ ...data, isFirstRunSeen: true }))
    const first = await started(own)
    const ignores: Ignore[] = [
      key({ key: ANN.key!, isKeptByDaemon: true, until: null }),
      key({ key: BOB.key!, isKeptByDaemon: false, until: NOON + 1 }),
      { by: 'address', address: 'tcp://203.0.113.9:1', name: '~abcd', until: NOON },
      await patternIgnore('sp[ae]m', null),
    ]
    first.store.dispatch({ type: 'hearing', ignores })
    first.file.stop()
    first.store.dispatch({ type: 'hearing', ignores: [] })
    expect(own.load()).toMatchObject({ isFirstRunSeen: true, ignores: [{ by: 'key' }, { by: 'address' }, { by: 'pattern' }] })
    const { store, failures } = await started(own)
    expect(store.state.ignores).toMatchObject([
      { by: 'key', key: BOB.key },
      { by: 'pattern', source: 'sp[ae]m' },
    ])
    expect(isIgnored(store.state.ignores, aMessage(1, { text: 'SPEM' }))).toBe(true)
    store.dispatch({ type: 'hearing', ignores: [] })
    expect(own.load().ignores).toEqual([])
    expect(failures).toEqual([])
  })

  it('leaves out what is no ignore, and tells what cannot be read', async () => {
    const { path, own } = aFile()
    const bad = [
      null,
      7,
      { by: 'pattern', source: '(' },
      { by: 'key', key: 1, name: 'x' },
      { by: 'key', key: 'k', name: 'x', until: 'soon' },
    ]
    writeFileSync(path, JSON.stringify({ ignores: [...bad, { by: 'address', address: 'tcp://h:1', name: 'a\u001b[31mb' }] }))
    const { store } = await started(own)
    expect(store.state.ignores).toEqual([{ by: 'address', address: 'tcp://h:1', name: 'a␛b', until: null }])
    const broken = await started({
      load: () => {
        throw new Error('EACCES')
      },
    } as unknown as OwnFile)
    expect(broken.failures).toEqual(['EACCES'])
  })
})
