import { expect, test } from 'vitest'
import { reportLockfile } from './lockfile.ts'

const lockfile = (specifier: string, resolution: string): string => `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      one:
        specifier: ${specifier}
        version: 1.0.0
packages:
  one@1.0.0:
    resolution: {${resolution}}
`
const HELD = 'integrity: sha512-vWNHOne0ZUavArqPP5LJta50=='

test.each(['1.0.0', '1.0.0-rc.1', 'workspace:*', 'workspace:^', 'link:apps/one'])('%s is exact', (specifier) => {
  expect(reportLockfile(lockfile(specifier, HELD))).toEqual({ packageCount: 1, unheld: [], inexact: [] })
})

test.each(['^1.0.0', '~1.0.0', '1', '1.x', "'*'", 'latest', 'github:one/one', 'https://one.example/one.tgz'])(
  '%s is not',
  (specifier) => {
    expect(reportLockfile(lockfile(specifier, HELD)).inexact).toEqual([`.: one@${specifier.replaceAll("'", '')}`])
  },
)

test.each([
  'integrity: sha1-vWNHOne0ZUavArqPP5LJta50==',
  'tarball: https://one.example/one.tgz',
  `${HELD}, tarball: https://one.example/one.tgz`,
  'type: git, repo: https://one.example/one, commit: abc',
])('{%s} is not held', (resolution) => {
  expect(reportLockfile(lockfile('1.0.0', resolution)).unheld).toEqual(['one@1.0.0'])
})
