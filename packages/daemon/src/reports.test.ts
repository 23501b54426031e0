import { RPC_VERSION } from '@dchat/rpc'
import { expect, test } from 'vitest'
import { checkReport, pathReport, versionReport } from './reports.ts'
import type { CheckedConfig } from './reports.ts'

const CONFIG: CheckedConfig = {
  configFile: '/etc/x.toml',
  hasFile: true,
  warnings: ['f:1: a: odd'],
  values: [
    { key: 'a', value: ['x', 1], source: { kind: 'file', file: '/etc/x.toml', line: 3 }, isLive: true, isSecret: false },
    { key: 'b', value: undefined, source: { kind: 'default' }, isLive: true, isSecret: false },
    { key: 'longer', value: 1, source: { kind: 'env', name: 'DCHAT_LONGER' }, isLive: true, isSecret: false },
    { key: 'c', value: 's3cret', source: { kind: 'flag', name: '--c' }, isLive: true, isSecret: true },
    { key: 'd', value: undefined, source: { kind: 'default' }, isLive: true, isSecret: true },
  ],
}

test('check says OK, and prints values when asked', () => {
  expect(checkReport(CONFIG, { json: false, print: false })).toBe('warning: f:1: a: odd\nOK: /etc/x.toml\n')
  expect(checkReport({ ...CONFIG, hasFile: false, warnings: [] }, { json: false, print: false })).toBe(
    'OK: /etc/x.toml is not there, the defaults hold\n',
  )
  expect(checkReport(CONFIG, { json: false, print: true })).toBe(
    [
      'a = ["x", 1]  # /etc/x.toml:3',
      'b = not set   # default',
      'longer = 1    # DCHAT_LONGER',
      'c = set       # --c',
      'd = not set   # default',
      'warning: f:1: a: odd',
      'OK: /etc/x.toml',
      '',
    ].join('\n'),
  )
})

test('check for programs has all of it, but no secret', () => {
  const text = checkReport(CONFIG, { json: true, print: false })
  expect(text).not.toContain('s3cret')
  expect(JSON.parse(text)).toEqual({
    ok: true,
    file: '/etc/x.toml',
    warnings: ['f:1: a: odd'],
    values: [
      { key: 'a', value: ['x', 1], source: { kind: 'file', file: '/etc/x.toml', line: 3 } },
      { key: 'b', value: null, source: { kind: 'default' } },
      { key: 'longer', value: 1, source: { kind: 'env', name: 'DCHAT_LONGER' } },
      { key: 'c', set: true, source: { kind: 'flag', name: '--c' } },
      { key: 'd', set: false, source: { kind: 'default' } },
    ],
  })
})

test('paths have their source', () => {
  const rows = [
    { name: 'config', path: '/c', source: 'default' },
    { name: 'log', path: null, source: 'default' },
  ]
  expect(pathReport(rows, { json: false })).toBe('config  /c  # default\nlog     none  # default\n')
  expect(JSON.parse(pathReport(rows, { json: true }))).toEqual({
    config: { path: '/c', source: 'default' },
    log: { path: null, source: 'default' },
  })
})

test('a version has its parts', () => {
  const program = { version: '1.2.3', commit: null }
  const { node, sqlite } = process.versions
  const parts = { ...program, protocol: '0.4.1', rpc: RPC_VERSION, node, sqlite }
  expect(JSON.parse(versionReport('x', program, { json: true }))).toEqual(parts)
  expect(versionReport('x', program, { json: false })).toBe(
    `x 1.2.3\ncommit    unknown\nprotocol  0.4.1\nrpc       ${RPC_VERSION}\nnode      ${node}\nsqlite    ${sqlite}\n`,
  )
})
