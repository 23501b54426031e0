import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findDchatd } from './find-dchatd.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'dchat-find-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function file(path: string, mode = 0o644): string {
  const whole = join(root, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, '')
  chmodSync(whole, mode)
  return whole
}

function linkTo(target: string, path: string): string {
  const whole = join(root, path)
  mkdirSync(dirname(whole), { recursive: true })
  symlinkSync(target, whole)
  return whole
}

const find = (script: string | undefined, path = '') => findDchatd({ script, env: { PATH: path }, node: '/the/node' })

describe('findDchatd', () => {
  it('finds the one that was installed beside it, through links', () => {
    const own = file('lib/dchat/dchat-tui/bin/dchat-tui.js')
    const daemon = file('lib/dchat/dchatd/bin/dchatd.js')
    const expected = { command: '/the/node', args: [daemon] }
    expect(find(own)).toEqual(expected)
    expect(find(linkTo(own, 'bin/dchat-tui'))).toEqual(expected)
    file('elsewhere/dchatd', 0o755)
    expect(find(own, join(root, 'elsewhere'))).toEqual(expected)
  })

  it('else takes the first of PATH: scripts run by the same Node, others by themselves', () => {
    const script = file('lib/dchatd.js', 0o755)
    linkTo(script, 'links/dchatd')
    const shim = file('shims/dchatd', 0o755)
    file('not-executable/dchatd', 0o644)
    mkdirSync(join(root, 'folder', 'dchatd'), { recursive: true })
    const path = (...names: string[]): string => names.map((name) => (name === '' ? '' : join(root, name))).join(':')
    expect(find(undefined, path('not-executable', 'folder', 'links', 'shims'))).toEqual({ command: '/the/node', args: [script] })
    expect(find(file('alone/bin/dchat-tui.js'), path('', 'shims', 'links'))).toEqual({ command: shim, args: [] })
    expect(find(join(root, 'gone.js'), `bin:.:${path('not-executable')}`)).toBeNull()
  })
})
