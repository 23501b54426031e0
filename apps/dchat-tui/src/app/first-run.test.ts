import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { OwnFile } from '../settings/own-file.ts'
import { Store } from '../state/store.ts'
import { aState } from '../testing/builders.ts'
import { FirstRun } from './first-run.ts'

it('is remembered once the card is gone; that it cannot be is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-first-run-'))
  try {
    const own = new OwnFile(join(folder, 'state', 'tui-settings.json'))
    const failures: string[] = []
    const begin = (file: Pick<OwnFile, 'update'>, isFirstRun: boolean): Store => {
      const store = new Store(aState({ isFirstRun }))
      new FirstRun({ store, own: file, onFailure: (reason) => failures.push(reason) }).start()
      return store
    }
    const store = begin(own, true)
    store.dispatch({ type: 'ticked', nowMs: 1 })
    expect(own.load().isFirstRunSeen).toBe(false)
    own.update((data) => ({ ...data, settings: { theme: 'mono' } }))
    store.dispatch({ type: 'firstRunOver' })
    expect(own.load()).toMatchObject({ settings: { theme: 'mono' }, isFirstRunSeen: true })
    const full = {
      update: () => {
        throw new Error('no space')
      },
    }
    begin(full, false).dispatch({ type: 'ticked', nowMs: 2 })
    expect(failures).toEqual([])
    begin(full, true).dispatch({ type: 'firstRunOver' })
    expect(failures).toEqual(['no space'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
